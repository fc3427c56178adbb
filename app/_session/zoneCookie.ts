/** Holds the IANA name of the browser's own time zone. */
export const ZONE_COOKIE = "livedash_zone";
