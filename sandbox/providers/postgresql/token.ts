import { ProviderError } from "../protocol/types";
import type { Settings } from "./settings";

/**
 * A password for an RDS IAM login: signed here, once, for the configured host, and good for 15 minutes. The credentials
 * and, unless configured, the region come from the environment as the AWS SDKs look for them.
 */
export async function iamToken({ host, port, username, iam }: Settings): Promise<string> {
    // Only who logs in with IAM pays for loading the SDK.
    const { Signer } = await import("@aws-sdk/rds-signer");
    try {
        return await new Signer({ hostname: host, port, username, ...(iam?.region === undefined ? {} : { region: iam.region }) }).getAuthToken();
    } catch (error) {
        throw new ProviderError(`awsRdsIamAuth: cannot sign a token for ${username} at ${host}:${port}: ${(error as Error).message}`);
    }
}
