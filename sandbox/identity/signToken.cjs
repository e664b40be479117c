// Prints a token for the database in the environment, signed with the credentials that the AWS SDK finds there, as any
// program that `keyless run` starts can.
const { Signer } = require("@aws-sdk/rds-signer");

process.removeAllListeners("warning");
const { PGHOST: hostname, PGPORT: port, PGUSER: username } = process.env;
new Signer({ hostname, port: Number(port), username }).getAuthToken().then(
    (token) => process.stdout.write(`${token}\n`),
    (error) => {
        process.stderr.write(`${error.name}: ${error.message}\n`);
        process.exitCode = 1;
    },
);
