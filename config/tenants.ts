import { identityKinds, isPodKind } from "../components/identity/vocabulary";
import { kubernetesName, tenantBytes } from "../components/tenancy/names";
import { adoptable, tenantModels } from "../components/tenancy/vocabulary";
import { choice, count, flag, list, section, text } from "./fields";
import { allowedDatabaseName, allowedLabel, image, isLabel, wrongDatabaseName } from "./rules";

/** The name of a tenant, which its roles' names are made from. */
const tenantName = (fix: string) =>
    text({ allowed: allowedDatabaseName(tenantBytes), fix, wrong: (given) => wrongDatabaseName(given, tenantBytes) });

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

/** A schema's name where one is only named; a comma would split a search path. */
const schemaName = text({
    allowed: allowedDatabaseName(63).replace("public, ", ""),
    fix: "write a schema's name, like shop or public",
    wrong: (given) => (given === "public" ? undefined : wrongDatabaseName(given, 63)),
});

/** What one tenant may use up; without a number there is no limit. */
const limits = section({
    connections: count(1, 5000, "write how many sessions the tenant's login may have at once, like 50").optional(),
    statementSeconds: count(1, 86400, "write after how many seconds a statement is cancelled, like 30").optional(),
    idleInTransactionSeconds: count(1, 86400, "write after how many seconds an idle transaction ends its session, like 60").optional(),
});

export const tenant = section({
    name: tenantName("choose a name like shop or shop_eu: schema, roles, namespace and service account are named after it"),
    namespace: namespace.optional(),
    serviceAccount: serviceAccount.optional(),
    image: image("write one like 111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop:1.4.2").optional(),
    replicas: count(0, 1000, "write how many pods run, like 2").optional(),
    identity: choice(identityKinds, "write how AWS knows the service, like irsa or podIdentity").default("irsa"),
    model: choice(tenantModels, "write split (tables belong to a role that nobody logs in as) or owner (to the application itself)").default("split"),
    database: text({
        allowed: "the platform's database, or one of access.databases",
        fix: "leave it out for the platform's database",
        wrong: (given) => wrongDatabaseName(given, 63),
    }).optional(),
    searchPath: list(schemaName, "a list of schemas").optional(),
    inSearchPathOf: list(text({ allowed: "the name of a tenant", fix: "write a tenant whose searchPath may name this schema" }), "a list of tenants").optional(),
    allowSystemNames: flag("write true for a tenant that is one of the cluster's own controllers").optional(),
    limits: limits.prefault({}),
    formerly: tenantName("write the name that schema and roles were made with").optional(),
    adopt: list(choice(adoptable, "write which of the three exist already"), "a list of schema, owner, login").default([]),
    retire: choice(["keep", "drop"], "write keep (the login goes, the data stays) or drop (removing the entry drops its data)").optional(),
}).transform(({ namespace, serviceAccount, image, replicas, identity, ...given }) => {
    const pods = { ...(image === undefined ? {} : { image }), ...(replicas === undefined ? {} : { replicas }) };
    const derived = kubernetesName(given.name);
    return isPodKind(identity)
        ? { ...given, identity, ...pods, namespace: namespace ?? derived, serviceAccount: serviceAccount ?? derived }
        : { ...given, identity };
});

/** Says why something of ours cannot be in a namespace, if so. */
export function wrongNamespace(given: string): string | undefined {
    if (!isLabel(given)) {
        return "not an RFC 1123 label";
    }
    return given === "default" || given.startsWith("kube-") ? "belongs to Kubernetes" : undefined;
}

export function wrongServiceAccount(given: string): string | undefined {
    if (!isLabel(given)) {
        return "not an RFC 1123 label";
    }
    return given === "default" ? "made by Kubernetes itself in every namespace" : undefined;
}
