-- The tables that profiles name.
SET ROLE plain_owner;
CREATE TABLE IF NOT EXISTS plain.orders (id bigserial PRIMARY KEY, city text);
