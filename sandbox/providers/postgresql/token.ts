import { Store } from "../../cloud/store";
import { assumeAsCaller } from "../../identity/assume";
import { callerOf } from "../../identity/caller";
import { clockOf } from "../../identity/clock";
import type { Credentials } from "../../identity/session";
import { parseArn } from "../../../toolkit/arn";
import { ProviderError } from "../protocol/types";
import type { ProviderSettings } from "./settings";

/** The default of STS. */
const ROLE_SECONDS = 3600;

/**
 * A password for an RDS IAM login: signed once, here, for the configured host, and valid for 15 minutes. The
 * credentials and, unless configured, the region come from the environment, where the AWS SDKs look for them; a
 * configured role is assumed with them first.
 */
export async function iamToken({ host, port, username, iam = {} }: ProviderSettings): Promise<string> {
    // Only IAM logins load the SDK.
    const { Signer } = await import("@aws-sdk/rds-signer");
    const { region, roleArn } = iam;
    try {
        const credentials = roleArn === undefined ? {} : { credentials: roleCredentials(roleArn) };
        return await new Signer({
            hostname: host,
            port,
            username,
            ...(region === undefined ? {} : { region }),
            ...credentials,
        }).getAuthToken();
    } catch (error) {
        throw new ProviderError(
            `awsRdsIamAuth: cannot sign a token for ${username} at ${host}:${port}: ${(error as Error).message}`,
        );
    }
}

function roleCredentials(roleArn: string): Credentials {
    const store = new Store();
    const { AWS_ACCESS_KEY_ID = "", AWS_SESSION_TOKEN } = process.env;
    const caller = callerOf(store, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN, parseArn(roleArn)?.partition);
    if (caller === undefined) {
        throw new Error(`the access key ${JSON.stringify(AWS_ACCESS_KEY_ID)} is not the sandbox's`);
    }
    const asked = { roleArn, sessionName: "pulumi-postgresql", seconds: ROLE_SECONDS };
    return assumeAsCaller({ store, clock: clockOf() }, caller, asked).credentials;
}
