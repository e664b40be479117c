import { shown } from "../../toolkit/shown";
import { UserError } from "../../toolkit/userError";
import type { World } from "./assume";
import { clustersOf, findServiceAccount, serviceAccountsOf } from "./clusters";
import { findComputeWorkload, workloadNames } from "./computeWorkloads";
import type { ComputeKind } from "./computeWorkloads";
import { findRole, rolesNamed } from "./roles";
import type { Workload } from "./workload";

/** How a workload is named. */
export const WORKLOADS = shown`  NAMESPACE/ACCOUNT      the pods of a Kubernetes service account
  ec2:NAME               an EC2 instance: its id, or an instance profile
  ecs:NAME               an ECS task: its definition's family, or a task role
  lambda:NAME            a Lambda function: its name, or its role
  role:NAME              a person in a role: its name, or its ARN`;

/**
 * Finds a workload of the stand-in cloud by name.
 *
 * @param cluster name of the EKS cluster, if there are several
 * @throws UserError that lists the existing workloads
 */
export function findWorkload(world: World, name: string, cluster?: string): Workload {
    const [, kind, id = ""] = /^(ec2|ecs|lambda|role):(.+)$/s.exec(name) ?? [];
    if (kind === undefined) {
        return findPod(world, name, cluster);
    }
    if (kind === "role") {
        const roles = id.startsWith("arn:") ? [findRole(world.store, id)] : rolesNamed(world.store, id);
        const [role, another] = roles.filter((each) => each !== undefined);
        if (role === undefined || another !== undefined) {
            const why = another === undefined ? "has no role" : "has roles in several accounts named";
            throw new UserError(`the sandbox ${why} ${JSON.stringify(id)}; give the ARN of an existing role`);
        }
        return { kind: "person", role };
    }
    const machine = findComputeWorkload(world, kind as ComputeKind, id);
    if (machine === undefined) {
        const names = workloadNames(world, kind as ComputeKind);
        const known = names.length === 0 ? "none" : names.map((each) => `${kind}:${each}`).join(", ");
        throw new UserError(`the sandbox has no ${JSON.stringify(name)} with a role; it has ${known}`);
    }
    return { kind: "machine", machine };
}

function findPod(world: World, name: string, wanted: string | undefined): Workload {
    const { store } = world;
    const clusters = clustersOf(store).filter((each) => wanted === undefined || each.name === wanted);
    const [namespace = "", account, ...rest] = name.split("/");
    if (account === undefined || rest.length > 0) {
        throw new UserError(shown`${JSON.stringify(name)} is not a workload; allowed values:\n${WORKLOADS}`);
    }
    const [found, another] = clusters
        .map((cluster) => findServiceAccount(store, cluster, namespace, account))
        .filter((each) => each !== undefined);
    if (another !== undefined) {
        throw new UserError(
            `several clusters have ${name}; choose one with --cluster: ${clusters.map((each) => each.name).join(", ")}`,
        );
    }
    if (found === undefined) {
        const known = clusters
            .flatMap((cluster) => serviceAccountsOf(store, cluster))
            .filter((each) => each.name !== "default")
            .map((each) => `${each.namespace}/${each.name}`);
        throw new UserError(
            `the sandbox has no service account ${JSON.stringify(name)}; it has ${known.join(", ") || "none: npm start"}`,
        );
    }
    return { kind: "pod", account: found };
}
