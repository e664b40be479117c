-- Rights of PUBLIC, of columns, with the grant option, of other grantors, and default privileges of several kinds. Its master runs it.
CREATE ROLE billing LOGIN PASSWORD 'of today';
CREATE ROLE ledger LOGIN PASSWORD 'of today';
CREATE ROLE auditor LOGIN PASSWORD 'of today' VALID UNTIL '2099-01-01 00:00:00Z';
CREATE ROLE readers;
GRANT readers TO auditor;
ALTER ROLE ledger SET idle_in_transaction_session_timeout TO '90000';

GRANT billing, ledger TO CURRENT_USER;
CREATE SCHEMA billing AUTHORIZATION billing;
CREATE SCHEMA ledger AUTHORIZATION ledger;
SET ROLE billing;
CREATE TABLE billing.invoices (id bigserial PRIMARY KEY, total int, note text);
CREATE TABLE billing.customers (id int, email text, city text);
CREATE TYPE billing.state AS ENUM ('open', 'paid');
CREATE FUNCTION billing.total() RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint';
REVOKE EXECUTE ON FUNCTION billing.total() FROM PUBLIC;
GRANT USAGE ON SCHEMA billing TO PUBLIC;
GRANT SELECT ON billing.invoices TO PUBLIC;
GRANT SELECT (id, city) ON billing.customers TO readers;
GRANT SELECT (note) ON billing.invoices TO readers;
GRANT SELECT, INSERT ON billing.invoices TO ledger WITH GRANT OPTION;
GRANT USAGE ON TYPE billing.state TO readers;
ALTER DEFAULT PRIVILEGES IN SCHEMA billing GRANT SELECT ON TABLES TO readers;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO readers;
ALTER DEFAULT PRIVILEGES IN SCHEMA billing GRANT USAGE ON SEQUENCES TO ledger WITH GRANT OPTION;
SET ROLE ledger;
GRANT SELECT ON billing.invoices TO readers;
CREATE TABLE ledger.entries (id int);
RESET ROLE;
REVOKE billing, ledger FROM CURRENT_USER;

GRANT TEMPORARY ON DATABASE app TO readers;
GRANT CREATE ON DATABASE app TO ledger WITH GRANT OPTION;
