import { createHash } from "node:crypto";

import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, decode, hasUnknown, list, text, Unknown } from "../resources/value";
import type { Value } from "../resources/value";
import { HARMLESS_ADDONS, HARMLESS_EXTENSIONS } from "./harmless";

type Judge = (resource: Resource) => Partly | undefined;

/** Types of which only some arguments open access: those arguments and their contents. */
export const PARTLY: Readonly<Record<string, Judge>> = {
    "aws:rds/clusterSnapshot:ClusterSnapshot": sharedSnapshot,
    "aws:rds/snapshot:Snapshot": sharedSnapshot,
    "aws:rds/snapshotCopy:SnapshotCopy": sharedSnapshot,
    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": sharedSnapshot,
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": parameters,
    "aws:rds/parameterGroup:ParameterGroup": parameters,
    // A statement that the proxy runs in each session: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ConnectionPoolConfiguration.html
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": (group) =>
        given("with a statement for each session", at(property(group, "connectionPoolConfig"), "initQuery")),
    // The same of aws-native, where a proxy's target group also names its databases.
    "aws:rds/proxyTarget:ProxyTarget": (group) =>
        given("with a statement for each session", at(property(group, "connectionPoolConfigurationInfo"), "initQuery")),
    "aws:backup/plan:Plan": (plan) =>
        given("that copies backups elsewhere", ...list(property(plan, "rules")).map((rule) => at(rule, "copyActions"))),
    // Backups of every account that it is attached to, perhaps into a vault of another:
    // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup.html
    "aws:organizations/policy:Policy": (policy) =>
        property(policy, "type") === "BACKUP_POLICY"
            ? given("of backups", property(policy, "content") ?? {})
            : undefined,
    // https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html: roles for the add-on's service accounts.
    "aws:eks/addon:Addon": (addon) => {
        const roles = [property(addon, "serviceAccountRoleArn"), property(addon, "podIdentityAssociations")];
        const name = text(property(addon, "addonName"));
        return HARMLESS_ADDONS.has(name ?? "")
            ? given("with a role", ...roles)
            : given("that is not AWS's", name ?? {}, ...roles, digest(property(addon, "configurationValues")));
    },
    // Attaches policies to principals, or runs documents, when costs reach a threshold, which may be nothing; a service control
    // policy only restricts: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-controls.html
    "aws:budgets/budgetAction:BudgetAction": (action) =>
        property(action, "actionType") === "APPLY_SCP_POLICY"
            ? undefined
            : given("that attaches policies or runs documents", property(action, "definition") ?? {}),
    "aws:secretsmanager/secret:Secret": (secret) => given("with a resource policy", property(secret, "policy")),
    "aws:cloudwatch/eventTarget:EventTarget": (target) =>
        given(
            "that runs programs",
            ...["ecsTarget", "runCommandTargets", "batchTarget", "redshiftTarget"].map((name) =>
                property(target, name),
            ),
            // Automations, builds, pipelines and state machines do what their definition, or the event, says.
            mayRunPrograms(target) ? [property(target, "arn") ?? "", property(target, "input") ?? ""] : undefined,
        ),
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    "aws:ecs/service:Service": (service) =>
        property(service, "enableExecuteCommand") === true
            ? { why: "that lets people run commands in its tasks" }
            : undefined,
    // A subscription forwards each entry, including statements with their values.
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": (filter) =>
        /^\/aws\/rds\//.test(text(property(filter, "logGroup")) ?? "/aws/rds/")
            ? given("of a database's log", property(filter, "destinationArn") ?? {}, property(filter, "roleArn"))
            : undefined,
    "aws:cloudwatch/logAccountPolicy:LogAccountPolicy": (policy) =>
        given("of all logs", property(policy, "policyDocument")),
    // A key's own policy also covers everything encrypted with the key, including snapshots and secrets.
    ...alike(["aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"], (key) =>
        property(key, "policy") instanceof Unknown
            ? { why: "whose policy is not known yet" }
            : given("that everybody may use", openPolicy(property(key, "policy"))),
    ),
    "aws:kms/keyPolicy:KeyPolicy": (key) => given("with a policy", property(key, "policy")),
    // A password may be copied into one, which other permissions allow to read.
    "aws:ssm/parameter:Parameter": (parameter) =>
        property(parameter, "type") === "SecureString" || hasUnknown(property(parameter, "value"))
            ? given("with a secret or unknown value", digest(property(parameter, "value")))
            : undefined,
    // https://docs.aws.amazon.com/vpc-lattice/latest/ug/resource-configuration.html: a way in for other networks and accounts.
    ...alike(
        [
            "aws:vpclattice/resourceGateway:ResourceGateway",
            "aws:vpclattice/resourceConfiguration:ResourceConfiguration",
        ],
        ({ inputs }) => given("that opens a network", inputs),
    ),
    // An integration calls any API of AWS as its role: https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html
    "aws:apigateway/integration:Integration": (one) => given("that calls AWS", property(one, "credentials")),
    "aws:apigatewayv2/integration:Integration": (one) => given("that calls AWS", property(one, "credentialsArn")),
    ...alike(
        ["aws:apigateway/restApi:RestApi", "aws:apigateway/restApiPut:RestApiPut", "aws:apigatewayv2/api:Api"],
        (api) => given("with a definition of its own", property(api, "body")),
    ),
    // The kubelet passes such a driver the tokens of the pods that use its volumes.
    ...alike(
        ["v1", "v1beta1"].flatMap((version) =>
            ["CSIDriver", "CSIDriverPatch", "CSIDriverList"].map(
                (kind) => `kubernetes:storage.k8s.io/${version}:${kind}`,
            ),
        ),
        (driver) =>
            given("that gets tokens of pods", property(driver, "spec", "tokenRequests"), property(driver, "items")),
    ),
    // A schedule calls any API of AWS: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
    "aws:scheduler/schedule:Schedule": ({ inputs }) =>
        HARMLESS_TARGETS.test(text(at(inputs, "target", "arn")) ?? "")
            ? undefined
            : given("that calls AWS or runs programs", at(inputs, "target") ?? {}),
    ...alike(["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:ConfigMapPatch"], (map) => {
        const later = property(map, "metadata", "name") === "aws-auth" && hasUnknown(property(map, "data"));
        return later ? { why: "whose mappings are not known yet" } : undefined;
    }),
    "kubernetes:core/v1:PersistentVolume": (volume) =>
        given("on a node's disk", property(volume, "spec", "hostPath"), property(volume, "spec", "local")),
    // A session document describes a session; other documents run programs on machines.
    "aws:ssm/document:Document": (document) =>
        property(document, "documentType") === "Session"
            ? undefined
            : given("that is not for sessions", property(document, "content") ?? {}),
    "postgresql:index/extension:Extension": (extension) =>
        HARMLESS_EXTENSIONS.has(text(property(extension, "name")) ?? extension.name)
            ? undefined
            : { why: "whose functions are not known" },
};

/** Schedule targets that give no access: calling a function (which is read), forwarding a message, revoking ingress. */
const HARMLESS_TARGETS =
    /^arn:[^:]+:(?:(?:lambda|sns|sqs|events|kinesis|firehose):|scheduler:::aws-sdk:ec2:revokeSecurityGroup(?:In|E)gress$)/;

const RUNNING_TARGETS =
    /^arn:[^:]+:(?:ssm|codebuild|codepipeline|states|batch|glue|sagemaker|imagebuilder|redshift-data|redshift):/;

/** Several types of which the same opens access. */
function alike(types: readonly string[], judge: Judge): Readonly<Record<string, Judge>> {
    return Object.fromEntries(types.map((type) => [type, judge]));
}

/** The types of targets that run nothing but what is read elsewhere. */
const PLAIN_TARGETS = /[:$]aws:(?:cloudwatch|kinesis|lambda|sns|sqs)\/\w+:\w+::/;

/** A target that is not known yet is what its suppliers are; one that has none in this stack may be any. */
function mayRunPrograms(target: Resource): boolean {
    const arn = property(target, "arn");
    const suppliers = target.suppliers["arn"] ?? [];
    return arn instanceof Unknown
        ? suppliers.length === 0 || !suppliers.every((urn) => PLAIN_TARGETS.test(urn))
        : RUNNING_TARGETS.test(text(arn) ?? "");
}

export interface Partly {
    readonly why: string;
    readonly content?: readonly (Value | undefined)[];
}

/** The arguments that are set; an empty list counts as unset. */
export function given(why: string, ...values: readonly (Value | undefined)[]): Partly | undefined {
    const content = values.filter(
        (value) =>
            value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0),
    );
    return content.length === 0 ? undefined : { why, content };
}

/** A policy that allows any principal something, whatever its conditions. */
function openPolicy(policy: Value | undefined): Value | undefined {
    const given = typeof policy === "string" ? parsed(policy) : policy;
    const open = list(at(given, "Statement")).some(
        (statement) =>
            at(statement, "Effect") !== "Deny" &&
            (at(statement, "NotPrincipal") !== undefined ||
                [at(statement, "Principal"), at(statement, "Principal", "AWS")].some((who) => list(who).includes("*"))),
    );
    return open ? JSON.stringify(policy) : undefined;
}

function parsed(text: string): Value {
    try {
        return decode(JSON.parse(text));
    } catch {
        return null;
    }
}

/** Identifies a value without revealing it. */
export function digest(value: Value | undefined): string | undefined {
    return value === undefined || value === null
        ? undefined
        : createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

function sharedSnapshot(snapshot: Resource): Partly | undefined {
    return given("shared with other accounts", property(snapshot, "sharedAccounts"));
}

/** Parameters that affect every session: loaded code, initial role, name resolution, encryption of tokens. */
const PARAMETERS = [
    "search_path",
    "role",
    "session_authorization",
    "session_preload_libraries",
    "local_preload_libraries",
    "row_security",
];

function parameters(group: Resource): Partly | undefined {
    const all = property(group, "parameters");
    if (all instanceof Unknown || list(all).some((parameter) => hasUnknown(at(parameter, "name")))) {
        return { why: "whose parameters are not known yet" };
    }
    const named = list(all).filter((parameter) => {
        const name = text(at(parameter, "name")) ?? "";
        return PARAMETERS.includes(name) || (name === "rds.force_ssl" && at(parameter, "value") !== "1");
    });
    return given(`that sets ${named.map((parameter) => text(at(parameter, "name"))).join(", ")}`, ...named);
}
