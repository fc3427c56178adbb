#!/bin/sh
# In the root of the image: the user that LiveDash runs as.
set -eu
echo 'livedash:x:10001:' >> /etc/group
echo 'livedash:x:10001:10001:LiveDash:/nonexistent:/usr/sbin/nologin' >> /etc/passwd
