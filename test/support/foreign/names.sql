-- Schemas and roles with names that need quoting, and several owners. Its master runs it.
CREATE ROLE "Größe.API" LOGIN PASSWORD 'of today';
ALTER ROLE "Größe.API" SET search_path TO "$user", "Größe.2024", public;
ALTER ROLE "Größe.API" SET "TimeZone" TO 'Europe/Berlin';
ALTER ROLE "Größe.API" IN DATABASE app SET statement_timeout TO '45s';
CREATE ROLE "shop ""live""" LOGIN PASSWORD 'of today' CONNECTION LIMIT 7;
CREATE ROLE "ShopOwner";
CREATE ROLE shop_app LOGIN PASSWORD 'of today';
-- Its sessions begin as the owner.
ALTER ROLE shop_app SET role TO "ShopOwner";
GRANT "ShopOwner" TO shop_app;
CREATE ROLE "Read ""only""";
-- The name that the first one's new login would get.
CREATE ROLE grosse_api_app LOGIN PASSWORD 'of today';
GRANT "Read ""only""" TO grosse_api_app;

GRANT "Größe.API", "shop ""live""", "ShopOwner" TO CURRENT_USER;
CREATE SCHEMA "Größe.2024" AUTHORIZATION "Größe.API";
CREATE SCHEMA "shop ""live""" AUTHORIZATION "shop ""live""";
CREATE SCHEMA "Shop" AUTHORIZATION "ShopOwner";
SET ROLE "Größe.API";
CREATE TABLE "Größe.2024"."Maße; --" ("Länge.cm" int, "weird ""col""" text);
CREATE SEQUENCE "Größe.2024"."Zähler";
GRANT USAGE ON SCHEMA "Größe.2024" TO "shop ""live""";
GRANT SELECT ON "Größe.2024"."Maße; --" TO "shop ""live""";
GRANT USAGE ON SCHEMA "Größe.2024" TO "Read ""only""";
GRANT SELECT ON ALL TABLES IN SCHEMA "Größe.2024" TO "Read ""only""";
GRANT SELECT, USAGE ON "Größe.2024"."Zähler" TO "Read ""only""";
ALTER DEFAULT PRIVILEGES IN SCHEMA "Größe.2024" GRANT SELECT ON TABLES TO "Read ""only""";
SET ROLE "shop ""live""";
CREATE TABLE "shop ""live""".orders (id bigserial PRIMARY KEY, total int);
CREATE FUNCTION "shop ""live"""."sum up"(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a + b';
GRANT USAGE ON SCHEMA "shop ""live""" TO "Read ""only""";
GRANT EXECUTE ON FUNCTION "shop ""live"""."sum up" TO "Read ""only""";
SET ROLE "ShopOwner";
CREATE TABLE "Shop"."Customers" (id int, name text);
RESET ROLE;
REVOKE "Größe.API", "shop ""live""", "ShopOwner" FROM CURRENT_USER;
