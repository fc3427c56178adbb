import { Skeleton } from "../../_shell/Skeleton.tsx";

export default function LoadingSessions() {
  return <Skeleton what="Loading sessions" blocks={["h-9 w-1/3", "h-28", "h-20", "h-20", "h-20", "h-20", "h-20"]} />;
}
