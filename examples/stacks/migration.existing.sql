-- What the owner of the database has in it: three services that log in with passwords. The sandbox runs this once, as the database's
-- master, and generates the passwords.
DO $$
DECLARE
    login text;
BEGIN
    CREATE ROLE "Billing Owner";
    FOREACH login IN ARRAY ARRAY['shopapi', 'billing_service', 'reports'] LOOP
        EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L', login, current_setting('sandbox.password'));
        EXECUTE format('GRANT %I TO CURRENT_USER', login);
    END LOOP;
END
$$;
GRANT "Billing Owner" TO CURRENT_USER, billing_service;
ALTER ROLE billing_service SET role TO "Billing Owner";
ALTER ROLE shopapi SET search_path TO shop, public;

CREATE SCHEMA shop AUTHORIZATION shopapi;
CREATE SCHEMA billing AUTHORIZATION "Billing Owner";
CREATE SCHEMA billing_archive AUTHORIZATION "Billing Owner";
CREATE SCHEMA reports AUTHORIZATION reports;
SET ROLE shopapi;
CREATE TABLE shop.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total numeric NOT NULL);
INSERT INTO shop.orders (total) VALUES (12.50), (7);
SET ROLE "Billing Owner";
CREATE TABLE billing.invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total numeric NOT NULL);
CREATE TABLE billing_archive.invoices (LIKE billing.invoices);
SET ROLE reports;
CREATE TABLE reports.daily (day date PRIMARY KEY, total numeric NOT NULL);
RESET ROLE;
