-- Group roles, memberships with and without INHERIT, a login that owns tables, and a login for each developer. Its master runs it.
CREATE ROLE app_writers;
CREATE ROLE developers;
CREATE ROLE nightly NOINHERIT LOGIN PASSWORD 'of today';
CREATE ROLE orders LOGIN PASSWORD 'of today' CREATEDB;
CREATE ROLE worker LOGIN PASSWORD 'of today';
CREATE ROLE web LOGIN PASSWORD 'of today';
CREATE ROLE "jane.doe" LOGIN PASSWORD 'of today';
CREATE ROLE "john.doe" LOGIN PASSWORD 'of today' CREATEROLE;
GRANT app_writers TO worker, web;
GRANT app_writers TO nightly;
GRANT developers TO "jane.doe";
GRANT developers TO "john.doe" WITH ADMIN OPTION;

GRANT orders TO CURRENT_USER;
CREATE SCHEMA orders AUTHORIZATION orders;
SET ROLE orders;
CREATE TABLE orders.orders (id bigserial PRIMARY KEY, total int);
CREATE TABLE orders.lines (id int);
GRANT USAGE ON SCHEMA orders TO app_writers, developers, worker;
GRANT SELECT, INSERT, UPDATE ON orders.orders TO app_writers;
GRANT SELECT ON ALL TABLES IN SCHEMA orders TO developers;
GRANT SELECT, UPDATE ON orders.lines TO worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA orders GRANT SELECT ON TABLES TO developers;
RESET ROLE;
REVOKE orders FROM CURRENT_USER;
