import { z } from "zod";
import { appTiers } from "../components/cluster/vocabulary";
import { computeKinds, identityKinds, isPodKind, podKinds } from "../components/identity/vocabulary";
import { kubernetesName, tenantBytes } from "../components/tenancy/names";
import { choice, count, flag, list, section, text } from "./fields";
import type { Problem } from "./problems";
import { allowedDatabaseName, allowedLabel, isLabel, wrongDatabaseName } from "./rules";

const name = text({
    allowed: allowedDatabaseName(tenantBytes),
    fix: "choose a name like shop or shop_eu: schema, roles, namespace and service account are named after it",
    wrong: (given) => wrongDatabaseName(given, tenantBytes),
});

const namespace = text({
    allowed: `${allowedLabel}, not default, not kube-…`,
    fix: "choose a namespace for this tenant, like payments",
    wrong: wrongNamespace,
});

const serviceAccount = text({
    allowed: `${allowedLabel}, not default`,
    fix: "choose a service account for this tenant, like billing-api",
    wrong: wrongServiceAccount,
});

const tenant = section({
    name,
    namespace: namespace.optional(),
    serviceAccount: serviceAccount.optional(),
    image: text({
        allowed: "the name of a container image, with its registry, and its tag or digest",
        fix: "write one like 111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop:1.4.2",
        wrong: wrongImage,
    }).optional(),
    replicas: count(0, 1000, "write how many pods run, like 2").optional(),
    identity: choice(identityKinds, "write how AWS knows the service, like irsa or podIdentity").default("irsa"),
}).transform(({ name, namespace, serviceAccount, identity, ...pods }) =>
    isPodKind(identity)
        ? { ...pods, name, identity, namespace: namespace ?? kubernetesName(name), serviceAccount: serviceAccount ?? kubernetesName(name) }
        : { name, identity },
);

/** What changes every week: who may reach which data. */
export const access = section({
    /** Who is in the app tier of another stack's platform; a platform of one's own says so itself. */
    appTier: choice(appTiers, "write what platform.cluster.appTier is in the platform's stack").optional(),
    networkPolicy: flag("write true to let services connect to the database, to DNS and to what gives them credentials, and no further").default(false),
    tenants: list(tenant, "a list of tenants, each with a name").default([]),
});

export type AccessSettings = z.infer<typeof access>;
export type TenantSettings = AccessSettings["tenants"][number];

function wrongNamespace(given: string): string | undefined {
    if (!isLabel(given)) {
        return "not an RFC 1123 label";
    }
    return given === "default" || given.startsWith("kube-") ? "belongs to Kubernetes" : undefined;
}

function wrongServiceAccount(given: string): string | undefined {
    if (!isLabel(given)) {
        return "not an RFC 1123 label";
    }
    return given === "default" ? "made by Kubernetes itself in every namespace" : undefined;
}

/** https://pkg.go.dev/github.com/distribution/reference; without a tag or digest, the same config would not run the same program. */
function wrongImage(given: string): string | undefined {
    if (!/^[a-z0-9]+([._-][a-z0-9]+)*(:\d+)?(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/.test(given)) {
        return "not the name of an image";
    }
    return /[:@][^/]*$/.test(given) && !given.endsWith(":latest") ? undefined : "says no version";
}

/**
 * What is wrong between tenants, though each may be well by itself. Looks at the raw values, so that it finds its
 * problems beside all the others.
 */
export function tenantProblems(raw: unknown): Problem[] {
    const tenants = looseTenants.safeParse(raw).data?.tenants ?? [];
    const named = new Map<string, number>();
    const accounts = new Map<string, number>();
    return tenants.flatMap(({ name, namespace, serviceAccount, identity, image, replicas }, index) => {
        if (name === undefined) {
            return [];
        }
        const at = (key: string) => `access.tenants[${index}]${key}`;
        const twin = named.get(name);
        if (twin !== undefined) {
            const wrong = `access.tenants[${twin}] has this name already`;
            return [{ path: at(".name"), given: name, wrong, allowed: "each name once", fix: "rename or remove one of the two" }];
        }
        named.set(name, index);
        if (computeKinds.some((kind) => kind === identity)) {
            const given = { namespace, serviceAccount, image, replicas };
            const strange = Object.entries(given).filter(([, value]) => value !== undefined);
            const allowed = `only with an identity of ${podKinds.join(", ")}`;
            return strange.map(([key, given]) => ({ path: at(`.${key}`), given, wrong: `${identity} runs outside Kubernetes`, allowed, fix: "remove it" }));
        }
        const derived = kubernetesName(name);
        const space = namespace ?? derived;
        const account = `${space}/${serviceAccount ?? derived}`;
        const other = accounts.get(account);
        accounts.set(account, other ?? index);
        const problems: Problem[] = [];
        if (other !== undefined) {
            problems.push({
                path: at(""),
                given: { name, namespace, serviceAccount },
                wrong: `its service account is ${account}, which is that of access.tenants[${other}] already`,
                allowed: "each service account in each namespace once (an underscore becomes a hyphen in Kubernetes)",
                fix: "give one of the two a serviceAccount or a namespace of its own",
            });
        }
        const wrong = namespace === undefined && isLabel(space) ? wrongNamespace(space) : undefined;
        if (wrong !== undefined) {
            const allowed = `${allowedLabel}, not default, not kube-…`;
            const given = { name, namespace, serviceAccount };
            problems.push({ path: at(""), given, wrong: `its namespace would be ${space}, which ${wrong}`, allowed, fix: "give the tenant a namespace" });
        }
        return problems;
    });
}

const maybe = z.string().optional().catch(undefined);
const looseTenants = z.object({
    tenants: z.array(z.object({ name: maybe, namespace: maybe, serviceAccount: maybe, identity: maybe, image: maybe, replicas: z.unknown().optional() }).catch({})),
});
