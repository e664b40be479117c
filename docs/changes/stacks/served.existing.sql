-- What is in the database before the first run.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'Legacy API') THEN
        CREATE ROLE "Legacy API" LOGIN PASSWORD 'of today';
        CREATE ROLE newer LOGIN PASSWORD 'of today';
        GRANT "Legacy API", newer TO keyless_provisioner WITH ADMIN OPTION;
        CREATE SCHEMA legacy AUTHORIZATION "Legacy API";
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'legacy_login') THEN
        CREATE ROLE legacy_login LOGIN PASSWORD 'of today' IN ROLE "Legacy API";
        CREATE ROLE done_login LOGIN PASSWORD 'of today' IN ROLE "Legacy API";
        GRANT legacy_login, done_login TO keyless_provisioner WITH ADMIN OPTION;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'Legacy readers') THEN
        CREATE ROLE "Legacy readers";
        CREATE ROLE report_login LOGIN PASSWORD 'of today' IN ROLE "Legacy readers";
        CREATE ROLE audit_login LOGIN PASSWORD 'of today' IN ROLE "Legacy readers";
        CREATE ROLE "Legacy auditors";
        GRANT "Legacy readers", "Legacy auditors" TO keyless_provisioner WITH ADMIN OPTION;
        GRANT USAGE ON SCHEMA legacy TO "Legacy readers";
        ALTER DEFAULT PRIVILEGES FOR ROLE "Legacy API" IN SCHEMA legacy GRANT SELECT ON TABLES TO "Legacy readers";
        ALTER DEFAULT PRIVILEGES FOR ROLE "Legacy API" IN SCHEMA legacy GRANT EXECUTE ON FUNCTIONS TO "Legacy readers";
    END IF;
    -- The stack takes PUBLIC's rights.
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO "Legacy API", newer, legacy_login, report_login, audit_login', current_database());
    GRANT USAGE ON SCHEMA public TO "Legacy API", newer, legacy_login, report_login, audit_login;
END
$$;
