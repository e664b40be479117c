-- What Postgres 16 and later add to a membership.
CREATE ROLE batch LOGIN PASSWORD 'of today';
GRANT app_writers TO batch WITH INHERIT FALSE, SET TRUE;
GRANT developers TO batch WITH INHERIT TRUE, SET FALSE;
