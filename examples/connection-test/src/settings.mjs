import { readFileSync } from "node:fs";

/** The pod's settings, from the variables that libpq and the AWS SDKs know. */
export function readSettings(env = process.env) {
    const needed = ["PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGSSLMODE", "PGSSLROOTCERT", "AWS_REGION"];
    const missing = needed.filter((name) => !env[name]);
    if (missing.length > 0) {
        throw new Error(`not set: ${missing.join(", ")}`);
    }
    if (env.PGSSLMODE !== "verify-full") {
        throw new Error(`PGSSLMODE is ${env.PGSSLMODE}; allowed is verify-full: anything less can be listened to`);
    }
    return {
        host: env.PGHOST,
        port: Number(env.PGPORT),
        database: env.PGDATABASE,
        user: env.PGUSER,
        region: env.AWS_REGION,
        ca: readFileSync(env.PGSSLROOTCERT, "utf8"),
    };
}
