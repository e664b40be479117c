import {
    CreateSecretCommand,
    GetSecretValueCommand,
    ResourceNotFoundException,
    SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";

import { newPassword } from "../bootstrap";
import { UserError } from "../toolkit/userError";
import { regionOf } from "../toolkit/arn";
import { print } from "../toolkit/terminal";

/** Name of the secret that holds a break-glass login's password. */
export function breakGlassSecret(username: string, host: string): string {
    return `keyless/${username}/${host}`;
}

/** A database, by its endpoint and the ARN of its master's secret. */
interface MasterSecret {
    readonly host: string;
    readonly secret: string;
}

/**
 * The password that an earlier bootstrap generated for an existing break-glass login.
 *
 * @throws UserError if there is none: then another principal created the login, and may know its password
 */
export async function keptPassword(username: string, { host, secret }: MasterSecret): Promise<string> {
    const name = breakGlassSecret(username, host);
    const region = regionOf(secret);
    try {
        await new SecretsManagerClient({ region }).send(new GetSecretValueCommand({ SecretId: name }));
    } catch (error) {
        if (error instanceof ResourceNotFoundException) {
            throw new UserError(
                `role "${username}" exists, and the secret ${name} does not: the creator of the role may know its password; ` +
                    `drop the role and run this again, or choose another name by --break-glass`,
            );
        }
    }
    return (await readSecret(region, name, `the secret of ${username}`)).password;
}

/** Generates a password and stores it in Secrets Manager before any server knows it. */
export async function keepPassword(username: string, { host, secret }: MasterSecret): Promise<string> {
    const password = newPassword();
    const Name = breakGlassSecret(username, host);
    try {
        const client = new SecretsManagerClient({ region: regionOf(secret) });
        await client.send(
            new CreateSecretCommand({ Name, SecretString: JSON.stringify({ username, password, host }) }),
        );
    } catch (error) {
        throw new UserError(
            `cannot store the break-glass password in the secret ${Name}: ${error instanceof Error ? error.message : String(error)}`,
        );
    }
    print(`-- the password of ${username} is in the secret ${Name}`);
    return password;
}

/** @param secret the master's, by its ARN @throws UserError */
export async function masterOf(secret: string): Promise<Secret> {
    const region = regionOf(secret);
    if (region === "") {
        throw new UserError(
            `--secret ${JSON.stringify(secret)} is not an ARN; expected arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME`,
        );
    }
    return readSecret(region, secret, "the master's secret");
}

export interface Secret {
    readonly username: string;
    readonly password: string;
}

export async function readSecret(region: string, id: string, what: string): Promise<Secret> {
    try {
        const { SecretString } = await new SecretsManagerClient({ region }).send(
            new GetSecretValueCommand({ SecretId: id }),
        );
        return JSON.parse(SecretString ?? "") as Secret;
    } catch (error) {
        throw new UserError(`can't read ${what} ${id}: ${error instanceof Error ? error.message : String(error)}`);
    }
}
