import type { Foresight } from "../../deployer/foresight";
import type { Connection } from "../../deployer/policy";
import { SANDBOX_ROLE } from "../../sandbox/cloud/aws/cloud";
import type { Lookup } from "../../sandbox/providers/protocol/foresight";
import { accountOf, partitionOf } from "../../toolkit/arn";
import { PROVISIONER } from "../../toolkit/serverNames";

/** The parts of a preview's digest that are needed here. */
interface Digest {
    readonly config: Readonly<Record<string, string>>;
    readonly lookups: readonly Lookup[];
    readonly steps: readonly {
        /** The engine tells the id and all outputs of what exists here. */
        readonly oldState?: State;
        readonly newState?: State;
        readonly foreseen?: { readonly id: string; readonly outputs: Readonly<Record<string, unknown>> };
    }[];
}

interface State {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly provider?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Providers whose tokens the database checks with IAM. */
const databases = ["pulumi:providers:postgresql", "pulumi:providers:mysql"];

/** What a stack's preview in the sandbox ({@link previewDigest}) foresees. */
export function foresightOf(digest: unknown): Foresight {
    const { config, lookups, steps } = digest as Digest;
    return {
        resources: steps.flatMap(({ oldState, newState, foreseen }) =>
            newState === undefined
                ? []
                : [
                      {
                          urn: newState.urn,
                          type: newState.type,
                          id: foreseen?.id ?? newState.id ?? oldState?.id ?? "",
                          inputs: newState.inputs ?? {},
                          properties: {
                              ...oldState?.outputs,
                              ...newState.inputs,
                              ...newState.outputs,
                              ...foreseen?.outputs,
                          },
                          provider: newState.provider ?? "",
                      },
                  ],
        ),
        lookups,
        config: JSON.stringify(config),
        region: config["aws:region"] ?? "",
        invented: [SANDBOX_ROLE],
    };
}

/** The account that a config names for the principal that runs the program. */
export function accountIn(config: string): string | undefined {
    const { "keyless:permissionsBoundary": boundary = "", "aws:allowedAccountIds": allowed = "" } = JSON.parse(
        config,
    ) as Record<string, string>;
    const own = accountOf(boundary);
    return /^\d{12}$/.test(own) ? own : /^\["?(\d{12})"?\]$/.exec(allowed)?.[1];
}

/** Whether the program signs in to a database with a token. */
export function signsIn({ resources }: Foresight): boolean {
    return resources.some(({ type }) => databases.includes(type));
}

/** The database users as which the program signs in. */
export function connectionsOf(foresight: Foresight, account: string, resourceId: string): readonly Connection[] {
    const { resources, region } = foresight;
    const providers = resources.filter(({ type }) => databases.includes(type));
    const found = providers.map(({ inputs }): Connection => {
        const [role, at] = [inputs["awsRdsIamProviderRoleArn"], inputs["awsRdsIamRegion"]].map((value) =>
            typeof value === "string" ? value : "",
        );
        const where = at || region;
        return {
            user: `arn:${partitionOf(where)}:rds-db:${where}:${accountOf(role ?? "") || account}:dbuser:${resourceId}/${PROVISIONER}`,
            role: role ?? "",
        };
    });
    return [...new Map(found.map((one) => [one.user, one])).values()];
}
