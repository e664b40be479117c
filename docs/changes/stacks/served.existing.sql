-- What is in the database before the first run, by its master.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'Legacy API') THEN
        CREATE ROLE "Legacy API" LOGIN PASSWORD 'of today';
        CREATE ROLE newer LOGIN PASSWORD 'of today';
        GRANT "Legacy API", newer TO keyless_provisioner WITH ADMIN OPTION;
        CREATE SCHEMA legacy AUTHORIZATION "Legacy API";
    END IF;
END
$$;
