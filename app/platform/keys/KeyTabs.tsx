import { Tabs } from "../../_kit/Tabs.tsx";

export const KEYS = "/platform/keys";
export const SERVICE_ACCOUNTS = "/platform/keys/service-accounts";

export function KeyTabs({ here }: { here: typeof KEYS | typeof SERVICE_ACCOUNTS }) {
  return (
    <Tabs
      label="Keys and service accounts"
      tabs={[
        { href: KEYS, name: "Keys", isHere: here === KEYS },
        { href: SERVICE_ACCOUNTS, name: "Service accounts", isHere: here === SERVICE_ACCOUNTS },
      ]}
    />
  );
}
