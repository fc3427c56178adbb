const exact = new Intl.NumberFormat("en", {
  style: "currency",
  currency: "EUR",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const fine = new Intl.NumberFormat("en", {
  style: "currency",
  currency: "EUR",
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
});

/** Euros, from a decimal as text. Small sums keep the digits that make them more than nothing; all digits on hover. */
export function Money({ eur }: { eur: string }) {
  const amount = Number(eur);
  const text = (amount !== 0 && Math.abs(amount) < 1 ? fine : exact).format(amount);
  return (
    <span title={`€${eur}`} className="whitespace-nowrap tabular-nums">
      {text}
    </span>
  );
}
