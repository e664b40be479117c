import { stringify } from "yaml";

import { ownName } from "../../command/stackName";
import { type Cell, fullName, isOfProject, platformStacksOf } from "../plan";
import type { ShardStack } from "../shards";
import { type Described, parallelIn } from "./described";

/**
 * A cell's objects for the Pulumi Kubernetes Operator v2, which runs in that cell's VPC: a Stack for each shard, after the platform's
 * (https://github.com/pulumi/pulumi-kubernetes-operator/blob/master/docs/stacks.md). A shard's config is the committed file.
 */
export function operatorManifest({ plan, engine, shards }: Described, cell: Cell): string {
    const { namespace, serviceAccount } = engine;
    const { operations } = parallelIn(engine);
    const metadata = (name: string) => ({ name, namespace, labels: { "keyless/fleet": plan.name } });
    const own = shards.filter((shard) => shard.cell === cell.name);
    // The operator would run this program for another one's stack.
    const platforms = platformStacksOf(cell).filter(isOfProject);
    const stackOf = (stack: string, prerequisites: readonly string[]): object => ({
        apiVersion: "pulumi.com/v1",
        kind: "Stack",
        metadata: metadata(ownName(stack)),
        spec: {
            stack,
            projectRepo: engine.repository,
            branch: engine.branch,
            repoDir: engine.folder,
            shallow: true,
            serviceAccountName: serviceAccount,
            ...(engine.backend !== undefined && { backend: engine.backend }),
            ...(engine.secretsProvider !== undefined && { secretsProvider: engine.secretsProvider }),
            // A Stack object that is deleted, by mistake or with its namespace, must not take the tenants' schemas with it.
            destroyOnFinalize: false,
            retryOnUpdateConflict: true,
            workspaceReclaimPolicy: "Delete",
            // https://github.com/pulumi/pulumi-kubernetes-operator/blob/master/docs/updates.md, `spec.parallel`
            ...(operations !== undefined && { updateTemplate: { spec: { parallel: operations } } }),
            ...(prerequisites.length > 0 && { prerequisites: prerequisites.map((name) => ({ name })) }),
            workspaceTemplate: {
                spec: {
                    image: engine.image,
                    securityProfile: "restricted",
                    podTemplate: { metadata: { labels: { "keyless/fleet": plan.name } } },
                },
            },
        },
    });
    const objects = [
        { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: restricted } },
        {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: {
                ...metadata(serviceAccount),
                ...(cell.deployer !== undefined && { annotations: { "eks.amazonaws.com/role-arn": cell.deployer } }),
            },
        },
        {
            // The operator asks the API server whether a caller may use the workspace's own server.
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRoleBinding",
            metadata: { name: `${namespace}:${serviceAccount}:system:auth-delegator` },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:auth-delegator" },
            subjects: [{ kind: "ServiceAccount", name: serviceAccount, namespace }],
        },
        ...(cell.securityGroups.length === 0
            ? []
            : [
                  {
                      apiVersion: "vpcresources.k8s.aws/v1beta1",
                      kind: "SecurityGroupPolicy",
                      metadata: metadata(serviceAccount),
                      spec: {
                          podSelector: { matchLabels: { "keyless/fleet": plan.name } },
                          securityGroups: { groupIds: cell.securityGroups },
                      },
                  },
              ]),
        ...platforms.map((stack, index) => stackOf(stack, platforms.slice(0, index).map(ownName))),
        ...own.map((shard: ShardStack) => stackOf(fullName(cell, shard.name), platforms.map(ownName))),
    ];
    return objects
        .map((object) => `---\n${stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 })}`)
        .join("");
}

/**
 * The operator runs NAME in the StatefulSet and the Service NAME-workspace
 * (https://github.com/pulumi/pulumi-kubernetes-operator/blob/master/operator/internal/controller/auto/workspace_controller.go). A Service's name is a DNS
 * label, and a StatefulSet's is in a label of its pods, of 63 characters, with a hash of ten
 * (https://github.com/kubernetes/kubernetes/issues/64023).
 */
const objectName = /^[a-z]([a-z0-9-]{0,40}[a-z0-9])?$/;

/** The stacks of a cell that the operator could not run under their names. */
export function unfitNames({ shards }: Described, cell: Cell): readonly string[] {
    const own = shards.filter((shard) => shard.cell === cell.name).map(({ name }) => name);
    const platforms = platformStacksOf(cell).filter(isOfProject).map(ownName);
    return [...platforms, ...own].filter((name) => !objectName.test(name));
}

/** https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
const restricted = { "pod-security.kubernetes.io/enforce": "restricted" };
