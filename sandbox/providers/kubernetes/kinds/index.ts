import { coreKinds } from "./core";
import { typeToken } from "./kind";
import { networkingKinds } from "./networking";
import { rbacKinds } from "./rbac";
import { workloadKinds } from "./workloads";
import type { ApiKind } from "./kind";

/** All kinds that the sandbox's clusters support, by the type token of @pulumi/kubernetes. */
export const kinds: ReadonlyMap<string, ApiKind> = new Map(
    [...coreKinds, ...workloadKinds, ...networkingKinds, ...rbacKinds].map((kind) => [typeToken(kind), kind]),
);
