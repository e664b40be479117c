import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseDocument } from "../../policy/iam";
import { inLines } from "../../toolkit/shown";
import { sandboxCredentials } from "./credentials";
import { writeWhole } from "../../toolkit/system/files";
import { UserError } from "../../toolkit/userError";
import { POD_IDENTITY_ASSOCIATION } from "../cloud/aws/tokens";
import { must, text } from "../cloud/aws/values";
import { assumeAsCaller, assumeWithSaml } from "./assume";
import type { World } from "./assume";
import { callerOf, personOf } from "./caller";
import type { ServiceAccount } from "./clusters";
import { PATHS } from "./endpoints";
import { Refused } from "./error";
import { signToken } from "./jwt";
import { workloadCredentials, taskAuthorization } from "./computeWorkloads";
import type { ComputeWorkload } from "./computeWorkloads";
import { serveMetadata } from "./metadata";
import { POD_IDENTITY_AUDIENCE } from "./podIdentity";
import { findRole } from "./roles";
import type { Role } from "./roles";
import type { Credentials } from "./session";

/** An identity that a program can run as. */
export type Workload =
    | { readonly kind: "pod"; readonly account: ServiceAccount }
    | { readonly kind: "machine"; readonly machine: ComputeWorkload }
    | { readonly kind: "person"; readonly role: Role };

/** What a workload has while it runs. */
export interface Surroundings {
    /** Variables with which the AWS SDKs find its credentials. */
    readonly environment: Readonly<Record<string, string>>;
    /** Removes its files and stops its credential services. */
    readonly close: () => Promise<void>;
}

/** The expiry that EKS' webhook requests, unless the service account's annotation sets another. */
const TOKEN_SECONDS = 86_400;
const MIN_TOKEN_SECONDS = 600;
const EXPIRATION = "eks.amazonaws.com/token-expiration";
const ROLE_ARN = "eks.amazonaws.com/role-arn";
const PERSON_SECONDS = 3600;
/** The longest delay of a Node timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The role of a workload: the one that the SDKs find first. */
export function roleOf({ store }: World, workload: Workload): Role | undefined {
    if (workload.kind !== "pod") {
        return workload.kind === "machine" ? workload.machine.role : workload.role;
    }
    const { annotations } = workload.account;
    const association = associationOf(store, workload.account);
    const arn = annotations[ROLE_ARN] ?? text(association ?? {}, "targetRoleArn") ?? text(association ?? {}, "roleArn");
    return arn === undefined ? undefined : findRole(store, arn);
}

/**
 * Gives a workload what it has on AWS: a pod its token files, kept fresh, and the variables that EKS' webhook adds; an
 * instance its metadata service; a task its endpoint; a function its credentials; a person those of a role.
 *
 * @param speed how many seconds pass in the sandbox per real second
 * @throws UserError if AWS would not give it the credentials that it needs to start
 */
export async function surround(
    world: World,
    workload: Workload,
    { identityUrl, region, speed }: { readonly identityUrl: string; readonly region: string; readonly speed: number },
): Promise<Surroundings> {
    switch (workload.kind) {
        case "pod":
            return surroundPod(world, workload.account, identityUrl, speed);
        case "person":
            return { environment: asVariables(personCredentials(world, workload.role)), close: async () => undefined };
        case "machine":
            return surroundMachine(world, workload.machine, identityUrl, region);
    }
}

function surroundPod(world: World, account: ServiceAccount, identityUrl: string, speed: number): Surroundings {
    const dir = mkdtempSync(join(tmpdir(), "keyless-pod-"));
    const pod = { name: `${account.name}-${randomBytes(3).toString("hex")}`, uid: randomUUID() };
    const given = Number(account.annotations[EXPIRATION]);
    const seconds = Number.isInteger(given) ? Math.max(given, MIN_TOKEN_SECONDS) : TOKEN_SECONDS;
    // Where EKS mounts them.
    const irsa = join(dir, "var/run/secrets/eks.amazonaws.com/serviceaccount/token");
    const agent = join(dir, "var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token");
    const roleArn = account.annotations[ROLE_ARN];
    const associated = associationOf(world.store, account) !== undefined;
    const files = [
        ...(roleArn === undefined ? [] : [[irsa, "sts.amazonaws.com"] as const]),
        ...(associated ? [[agent, POD_IDENTITY_AUDIENCE] as const] : []),
    ];
    const write = () => {
        for (const [file, audience] of files) {
            mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
            writeWhole(file, signToken(account, pod, audience, seconds, world.clock()));
        }
    };
    write();
    // The kubelet requests a new token after four fifths of the old one's lifetime.
    const timer = setInterval(write, Math.min((seconds * 800) / speed, MAX_TIMER_MS)).unref();
    const environment = {
        ...(roleArn === undefined ? {} : { AWS_ROLE_ARN: roleArn, AWS_WEB_IDENTITY_TOKEN_FILE: irsa }),
        ...(associated
            ? {
                  AWS_CONTAINER_CREDENTIALS_FULL_URI: identityUrl + PATHS.podIdentity,
                  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: agent,
              }
            : {}),
    };
    const close = async () => {
        clearInterval(timer);
        rmSync(dir, { recursive: true, force: true });
    };
    return { environment, close };
}

async function surroundMachine(
    world: World,
    machine: ComputeWorkload,
    identityUrl: string,
    region: string,
): Promise<Surroundings> {
    const close = async () => undefined;
    switch (machine.kind) {
        case "ec2": {
            const metadata = await serveMetadata(world, machine, region);
            const environment = {
                AWS_EC2_METADATA_DISABLED: "false",
                AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url,
                AWS_EC2_METADATA_V1_DISABLED: "true",
            };
            return { environment, close: () => metadata.close() };
        }
        case "ecs": {
            const environment = {
                AWS_CONTAINER_CREDENTIALS_FULL_URI: identityUrl + PATHS.ecs,
                AWS_CONTAINER_AUTHORIZATION_TOKEN: taskAuthorization(machine.id, region),
            };
            return { environment, close };
        }
        case "lambda": {
            const environment = {
                ...asVariables(given(() => workloadCredentials(world, machine, region))),
                AWS_LAMBDA_FUNCTION_NAME: machine.id,
            };
            return { environment, close };
        }
    }
}

/** A principal that the role trusts: the developer, or an IAM user that its trust names. */
function personCredentials(world: World, role: Role): Credentials {
    const developer = callerOf(world.store, sandboxCredentials().accessKeyId, undefined);
    const named = parseDocument(role.trust, "trust").statements.flatMap(({ principals }) => principals?.list ?? []);
    const center = named.find(({ type, value }) => type === "Federated" && /:saml-provider\/AWSSSO_/.test(value));
    if (center !== undefined) {
        const asked = { roleArn: role.arn, sessionName: "identity-center", seconds: PERSON_SECONDS };
        return given(() => assumeWithSaml(world, center.value, asked).credentials);
    }
    const users = named
        .filter(({ type, value }) => type === "AWS" && value.includes(":user/"))
        .map(({ value }) => personOf(value));
    const people = [...(developer === undefined ? [] : [developer]), ...users];
    const refusals: string[] = [];
    for (const person of people) {
        const sessionName = person.arn.slice(person.arn.lastIndexOf("/") + 1).slice(0, 64);
        try {
            return assumeAsCaller(world, person, { roleArn: role.arn, sessionName, seconds: PERSON_SECONDS })
                .credentials;
        } catch (error) {
            if (!(error instanceof Refused)) {
                throw error;
            }
            refusals.push(`${error.code}: ${error.message}`);
        }
    }
    throw new UserError(inLines(refusals));
}

function given(get: () => Credentials): Credentials {
    try {
        return get();
    } catch (error) {
        throw error instanceof Refused ? new UserError(`${error.code}: ${error.message}`) : error;
    }
}

function asVariables({ accessKeyId, secretAccessKey, sessionToken }: Credentials): Record<string, string> {
    return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
}

function associationOf(store: World["store"], { cluster, namespace, name }: ServiceAccount) {
    return store
        .list(POD_IDENTITY_ASSOCIATION, { region: cluster.region, account: cluster.account })
        .map(({ state }) => state)
        .find(
            (state) =>
                must(state, "clusterName") === cluster.name &&
                must(state, "namespace") === namespace &&
                must(state, "serviceAccount") === name,
        );
}
