-- The shop's migrations. Each first becomes the schema's owner, as every holder that acts as the owner does.
SET ROLE shop_owner;
CREATE TABLE IF NOT EXISTS shop.orders (id bigserial PRIMARY KEY, customer text NOT NULL, total numeric NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS shop.customers (id bigserial PRIMARY KEY, name text NOT NULL, card text);
INSERT INTO shop.orders (customer) VALUES ('Ada');
SET ROLE shop_test_owner;
CREATE TABLE IF NOT EXISTS shop_test.orders (id bigserial PRIMARY KEY, customer text NOT NULL);
