-- What the owner of the database has in it: a service that migrates and uses its schema, and a report, which sign in with passwords. The
-- sandbox runs this once, as the database's master, and generates the password.
DO $$
BEGIN
    EXECUTE format('CREATE ROLE orders_service LOGIN PASSWORD %L', current_setting('sandbox.password'));
    EXECUTE format('CREATE ROLE report LOGIN PASSWORD %L', current_setting('sandbox.password'));
END
$$;
CREATE ROLE readers;
GRANT readers TO report;

GRANT orders_service TO CURRENT_USER;
CREATE SCHEMA orders AUTHORIZATION orders_service;
SET ROLE orders_service;
CREATE TABLE orders.customers (id int PRIMARY KEY, name text NOT NULL, city text);
CREATE TABLE orders.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer int NOT NULL REFERENCES orders.customers,
    total numeric NOT NULL
);
INSERT INTO orders.customers VALUES (1, 'Ada', 'London'), (2, 'Edsger', 'Nuenen');
INSERT INTO orders.orders (customer, total) VALUES (1, 12.50), (2, 7);
GRANT USAGE ON SCHEMA orders TO readers;
GRANT SELECT ON ALL TABLES IN SCHEMA orders TO readers;
ALTER DEFAULT PRIVILEGES IN SCHEMA orders GRANT SELECT ON TABLES TO readers;
RESET ROLE;
REVOKE orders_service FROM CURRENT_USER;

-- Any login may look at it.
CREATE TABLE public.countries (code text PRIMARY KEY, name text NOT NULL);
INSERT INTO public.countries VALUES ('NL', 'Netherlands'), ('UK', 'United Kingdom');
GRANT SELECT ON public.countries TO PUBLIC;
