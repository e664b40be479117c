import type { SecretsManagerClient, SecretsManagerClientConfig } from "@aws-sdk/client-secrets-manager";
import * as pulumi from "@pulumi/pulumi";
import { regionOf } from "../../../toolkit/arn";
import { visible } from "../../../toolkit/visible";
import { credentialsOf } from "../provisionerSession";

/** What is known of a secret that holds a copy of a password. Its value is never read. */
export type SecretStatus =
    | { readonly state: "there"; readonly keep?: string | undefined }
    | { readonly state: "scheduled"; readonly date: Date }
    | { readonly state: "gone" }
    | { readonly state: "unreadable"; readonly why: string };

/** The secrets that hold copies of a password. */
export interface PasswordSecrets {
    status(arn: string): Promise<SecretStatus>;
    /** Schedules the deletion of a secret that {@link status} finds. */
    schedule(arn: string): Promise<void>;
}

/**
 * In days; the longest, and the default:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 */
const RECOVERY_DAYS = 30;

/** Secrets of Secrets Manager, each in the region of its ARN. */
export class SecretsManagerSecrets implements PasswordSecrets {
    constructor(private readonly configOf: (region: string) => Promise<SecretsManagerClientConfig>) {}

    /**
     * Describing a secret returns everything but its value:
     * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
     */
    async status(arn: string): Promise<SecretStatus> {
        const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
        try {
            const found = await this.using(arn, (client) => client.send(new DescribeSecretCommand({ SecretId: arn })));
            return found.DeletedDate === undefined
                ? { state: "there", keep: keepOf(found, arn) }
                : { state: "scheduled", date: found.DeletedDate };
        } catch (error) {
            const name = error instanceof Error ? error.name : "";
            return name === "ResourceNotFoundException"
                ? { state: "gone" }
                : { state: "unreadable", why: reasonOf(error) };
        }
    }

    async schedule(arn: string): Promise<void> {
        const { DeleteSecretCommand } = await import("@aws-sdk/client-secrets-manager");
        const command = new DeleteSecretCommand({ SecretId: arn, RecoveryWindowInDays: RECOVERY_DAYS });
        await this.using(arn, (client) => client.send(command));
    }

    private async using<T>(arn: string, work: (client: SecretsManagerClient) => Promise<T>): Promise<T> {
        const { SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
        const client = new SecretsManagerClient(await this.configOf(regionOf(arn)));
        try {
            return await work(client);
        } finally {
            client.destroy();
        }
    }
}

/** The secrets as a deployment reaches them: with the credentials that it uses in the database's account. */
export function deployedSecrets(role: string | undefined, profile: string | undefined): PasswordSecrets {
    return new SecretsManagerSecrets(async (region) => {
        const credentials = await credentialsOf(role, profile, region);
        return { region, ...(credentials && { credentials }) };
    });
}

/**
 * Deletes the copies of a password that is gone already; those already deleted are left alone.
 *
 * @throws RunError with all that remain
 */
export async function deleteCopies(secrets: PasswordSecrets, login: string, arns: readonly string[]): Promise<void> {
    const left: string[] = [];
    for (const arn of arns) {
        const why = await remaining(secrets, arn);
        if (why !== undefined) {
            left.push(
                `${visible(login)} is closed and its password is removed, but the secret ${arn} was not deleted: ${why}`,
            );
        }
    }
    if (left.length > 0) {
        throw new pulumi.RunError(left.join("\n"));
    }
}

/** Deletes a secret. Says why it remains, if it does. */
async function remaining(secrets: PasswordSecrets, arn: string): Promise<string | undefined> {
    const found = await secrets.status(arn);
    if (found.state === "unreadable") {
        return `${found.why}; allow secretsmanager:DescribeSecret and secretsmanager:DeleteSecret on it, and run this again`;
    }
    if (found.state !== "there") {
        return undefined;
    }
    if (found.keep !== undefined) {
        return `${found.keep}; remove it from migration.secrets`;
    }
    try {
        await secrets.schedule(arn);
        return undefined;
    } catch (error) {
        return `${reasonOf(error)}; fix this, and run this again`;
    }
}

interface Description {
    readonly OwningService?: string | undefined;
    readonly PrimaryRegion?: string | undefined;
}

/** Why a secret must not be deleted from here, if so. A replica has no recovery window: it would go at once. */
function keepOf({ OwningService, PrimaryRegion }: Description, arn: string): string | undefined {
    if (OwningService !== undefined && OwningService !== "") {
        return `it is managed by the service ${OwningService}`;
    }
    return PrimaryRegion === undefined || PrimaryRegion === regionOf(arn)
        ? undefined
        : `it is a replica of a secret in ${PrimaryRegion}`;
}

function reasonOf(error: unknown): string {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
