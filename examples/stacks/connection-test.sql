-- Tables for the tests to read, and to be refused.
SET ROLE returns_owner;
CREATE TABLE IF NOT EXISTS returns.parcels (id bigserial PRIMARY KEY, weight numeric NOT NULL DEFAULT 0);
SET ROLE reports_owner;
CREATE TABLE IF NOT EXISTS reports.figures (id bigserial PRIMARY KEY, amount numeric NOT NULL DEFAULT 0);
