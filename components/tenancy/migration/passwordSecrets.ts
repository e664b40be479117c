import type { SecretsManagerClient, SecretsManagerClientConfig } from "@aws-sdk/client-secrets-manager";
import * as pulumi from "@pulumi/pulumi";
import { regionOf } from "../../../toolkit/arn";
import { visible } from "../../../toolkit/visible";
import { credentialsOf } from "../provisionerSession";

/** What is known of a secret that holds a copy of a password. Its value is neither kept nor shown. */
export type SecretStatus =
    | {
          readonly state: "there";
          /** Why it must not be deleted from here. */
          readonly keep?: string | undefined;
          /** What in the cluster refers to it: its pods would not start without it. */
          readonly usedBy?: readonly string[] | undefined;
          /** What tells it from another of its name, where that can be. */
          readonly uid?: string | undefined;
          readonly created?: Date | undefined;
      }
    | { readonly state: "scheduled"; readonly date: Date }
    | { readonly state: "gone" }
    | { readonly state: "unreadable"; readonly why: string };

/** The secrets that hold copies of a password, each by its ARN in Secrets Manager or as `NAMESPACE/NAME` in the cluster. */
export interface PasswordSecrets {
    status(name: string): Promise<SecretStatus>;
    /**
     * Deletes a secret that {@link status} finds; one of Secrets Manager at the end of its recovery window.
     *
     * @param uid as found, where there is one
     */
    remove(name: string, uid: string | undefined): Promise<void>;
}

/** Secrets of both kinds. */
export class NamedSecrets implements PasswordSecrets {
    constructor(
        private readonly secretsManager: PasswordSecrets,
        private readonly kubernetes: PasswordSecrets,
    ) {}

    status(name: string): Promise<SecretStatus> {
        return this.of(name).status(name);
    }

    remove(name: string, uid: string | undefined): Promise<void> {
        return this.of(name).remove(name, uid);
    }

    private of(name: string): PasswordSecrets {
        return name.startsWith("arn:") ? this.secretsManager : this.kubernetes;
    }
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

    async remove(arn: string): Promise<void> {
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

/** Why copies of a password could not be deleted, as far as that is known before: all of them. */
export async function undeletable(secrets: PasswordSecrets, names: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const name of names) {
        const why = against(name, await secrets.status(name));
        if (why !== undefined) {
            found.push(`the secret ${visible(name)} could not be deleted: ${why}`);
        }
    }
    return found;
}

/**
 * Deletes the copies of a password that is gone already; those already deleted are left alone.
 *
 * @throws RunError with all that remain
 */
export async function deleteCopies(secrets: PasswordSecrets, login: string, names: readonly string[]): Promise<void> {
    const left: string[] = [];
    for (const name of names) {
        const why = await remaining(secrets, name);
        if (why !== undefined) {
            left.push(
                `${visible(login)} is closed and its password is removed, but the secret ${visible(name)} was not deleted: ${why}`,
            );
        }
    }
    if (left.length > 0) {
        throw new pulumi.RunError(left.join("\n"));
    }
}

/** Deletes a secret. Says why it remains, if it does. */
async function remaining(secrets: PasswordSecrets, name: string): Promise<string | undefined> {
    const found = await secrets.status(name);
    const why = against(name, found);
    if (why !== undefined || found.state !== "there") {
        return why;
    }
    try {
        await secrets.remove(name, found.uid);
        return undefined;
    } catch (error) {
        return `${reasonOf(error)}; fix this, and run this again`;
    }
}

/** Why a secret must not be deleted, if so. */
function against(name: string, found: SecretStatus): string | undefined {
    if (found.state === "unreadable") {
        const rights = name.startsWith("arn:")
            ? "secretsmanager:DescribeSecret and secretsmanager:DeleteSecret on it"
            : "get and delete on this Secret, and list on the namespace's pods, serviceaccounts, workloads and jobs";
        return `${found.why}; allow ${rights}, and run this again`;
    }
    if (found.state !== "there") {
        return undefined;
    }
    const { keep, usedBy = [] } = found;
    return keep !== undefined
        ? `${keep}${name.startsWith("arn:") ? ";" : ", or"} remove it from migration.secrets`
        : usedBy.length > 0
          ? `pods of ${usedBy.map(visible).join(", ")} would not start without it: let ${usedBy.length === 1 ? "it" : "them"} no longer refer to it, and run this again`
          : undefined;
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
