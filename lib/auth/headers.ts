/** The header in which our own server says where a call comes from; what a client writes there is overwritten. */
export const CLIENT_IP_HEADER = "x-livedash-client-ip";

/** The header in which our own server notes which page is asked for; what a client writes there is overwritten. */
export const PATH_HEADER = "x-livedash-path";

/** The header in which a call's id is told to the sign-in library's hooks. */
export const REQUEST_ID_HEADER = "x-livedash-request-id";
