-- What is in the database: a service that migrates and uses its schema, and signs in with a password. The sandbox runs this once, as
-- the database's master, and generates the password.
DO $$
BEGIN
    EXECUTE format('CREATE ROLE stock_service LOGIN PASSWORD %L', current_setting('sandbox.password'));
END
$$;

GRANT stock_service TO CURRENT_USER;
CREATE SCHEMA stock AUTHORIZATION stock_service;
SET ROLE stock_service;
CREATE TABLE stock.items (id int PRIMARY KEY, name text NOT NULL, pieces int NOT NULL);
INSERT INTO stock.items VALUES (1, 'bolt', 400), (2, 'nut', 380);
RESET ROLE;
REVOKE stock_service FROM CURRENT_USER;
