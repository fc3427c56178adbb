import { Skeleton } from "../_shell/Skeleton.tsx";

export default function LoadingOverview() {
  return (
    <Skeleton what="Loading your figures" blocks={["h-9 w-2/3", "h-10", "h-28", "h-24", "h-64", "h-48", "h-96"]} />
  );
}
