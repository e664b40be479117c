-- What the bank's migrations make, each as the owner of its schema.
SET ROLE finance_owner;
CREATE TABLE IF NOT EXISTS finance.ledger (id bigserial PRIMARY KEY, amount numeric NOT NULL);
INSERT INTO finance.ledger (amount) VALUES (1);
SET ROLE accounts_owner;
CREATE TABLE IF NOT EXISTS accounts.customers (id bigserial PRIMARY KEY, name text NOT NULL, city text, balance numeric NOT NULL DEFAULT 0);
INSERT INTO accounts.customers (name, city) VALUES ('somebody', 'somewhere');
CREATE TABLE IF NOT EXISTS accounts.cases (id bigserial PRIMARY KEY, customer bigint NOT NULL, open boolean NOT NULL DEFAULT true, notes text);
CREATE OR REPLACE VIEW accounts.open_cases WITH (security_barrier) AS SELECT id, customer FROM accounts.cases WHERE open;
