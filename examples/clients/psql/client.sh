#!/bin/sh
# Connects with IAM to each of these hosts: `client.sh SIGNER HOST…`. SIGNER is a command that prints a token for a host,
# as `aws rds generate-db-auth-token` does; everything else is in the environment, as in a container on AWS.
signer=$1
shift
for host in "$@"; do
    export PGHOST="$host"
    # Signing is local, and a token is for one host: sign for each new connection.
    PGPASSWORD=$($signer "$host")
    export PGPASSWORD
    if row=$(psql -XAtqc 'SELECT current_user, pg_is_in_recovery()' 2>&1); then
        write=done
        said=$(psql -XAtq -v VERBOSITY=sqlstate -c 'CREATE TEMP TABLE attempt (id int)' 2>&1) || write=${said##* }
        replica=false
        test "${row##*|}" = t && replica=true
        printf '{"host":"%s","user":"%s","replica":%s,"write":"%s"}\n' "$host" "${row%%|*}" "$replica" "$write"
    else
        printf '{"host":"%s","error":"%s"}\n' "$host" "$(printf %s "$row" | tr '"\n' "' ")"
    fi
done
