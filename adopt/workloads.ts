import { itemsOf, type Get } from "../doctor/read/kubernetes";
import { isRecord } from "../toolkit/record";
import type { Workload } from "./facts";

type Json = Record<string, unknown>;

/**
 * Finds the pods whose environment names a login: as a value of its own, or as the user in a connection's URL. Reads pods, and
 * only the Secrets and ConfigMaps that their environment names, by GET. Nothing of a Secret is kept but the login's name.
 */
export async function readWorkloads(get: Get, logins: ReadonlySet<string>): Promise<readonly Workload[]> {
    const found = new Map<string, Workload>();
    const stores = new Map<string, Promise<ReadonlyMap<string, string>>>();
    const valuesOf = (namespace: string, kind: string, name: string): Promise<ReadonlyMap<string, string>> => {
        const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/${kind}/${encodeURIComponent(name)}`;
        const values = stores.get(path) ?? get(path).then((one) => dataOf(one, kind === "secrets"));
        stores.set(path, values);
        return values;
    };
    for (const pod of await itemsOf(get, "/api/v1/pods")) {
        const { metadata, spec } = pod;
        if (!isRecord(metadata) || !isRecord(spec)) {
            continue;
        }
        const namespace = textOf(metadata["namespace"]);
        const values: Named[] = [];
        for (const container of [...recordsOf(spec["containers"]), ...recordsOf(spec["initContainers"])]) {
            values.push(...(await environmentOf(container, (kind, name) => valuesOf(namespace, kind, name))));
        }
        for (const login of new Set(values.flatMap(({ name, value }) => loginsIn(name, value, logins)))) {
            const serviceAccount = textOf(spec["serviceAccountName"]) || "default";
            const name = ownerOf(metadata);
            found.set(JSON.stringify([login, namespace, serviceAccount]), { login, namespace, serviceAccount, name });
        }
    }
    return [...found.values()];
}

/** A value of an environment, with what it is called: the variable, and the key of the Secret or ConfigMap. */
interface Named {
    readonly name: string;
    readonly value: string;
}

/** The values of a container's environment variables. */
async function environmentOf(
    container: Json,
    valuesOf: (kind: string, name: string) => Promise<ReadonlyMap<string, string>>,
): Promise<Named[]> {
    const values: Named[] = [];
    for (const { name: variable, value, valueFrom } of recordsOf(container["env"])) {
        const name = textOf(variable);
        values.push({ name, value: textOf(value) });
        for (const [reference, kind] of [
            ["secretKeyRef", "secrets"],
            ["configMapKeyRef", "configmaps"],
        ] as const) {
            const named = isRecord(valueFrom) && isRecord(valueFrom[reference]) ? valueFrom[reference] : undefined;
            if (named !== undefined) {
                const key = textOf(named["key"]);
                const stored = (await valuesOf(kind, textOf(named["name"]))).get(key) ?? "";
                values.push({ name: `${name} ${key}`, value: stored });
            }
        }
    }
    for (const from of recordsOf(container["envFrom"])) {
        for (const [reference, kind] of [
            ["secretRef", "secrets"],
            ["configMapRef", "configmaps"],
        ] as const) {
            const named = isRecord(from[reference]) ? from[reference] : undefined;
            if (named !== undefined) {
                const stored = await valuesOf(kind, textOf(named["name"]));
                values.push(...[...stored].map(([name, value]) => ({ name, value })));
            }
        }
    }
    return values;
}

function dataOf(object: unknown, encoded: boolean): ReadonlyMap<string, string> {
    const data = isRecord(object) && isRecord(object["data"]) ? object["data"] : {};
    return new Map(
        Object.entries(data).map(([key, value]) => [
            key,
            encoded ? Buffer.from(textOf(value), "base64").toString("utf8") : textOf(value),
        ]),
    );
}

const SCHEME = /^[a-z][a-z0-9+.:-]*:\/\//i;
/** Schemes of various libraries: `jdbc:aws-wrapper:postgresql`, `postgresql+asyncpg`, `ecto`. */
const POSTGRES = /postgres|pg|psql|ecto/i;

/**
 * The logins that a value names: `shopapi` in a variable that is called after a user, `postgres://shopapi:…@host/app`,
 * `jdbc:postgresql://host/app?user=shopapi`. Whoever is taken for a login's service gets its access, so a value that merely equals
 * a login's name (`APP=orders`), or a user of something else (`amqp://orders:…@queue`), names none.
 */
export function loginsIn(variable: string, value: string, logins: ReadonlySet<string>): string[] {
    const [scheme] = SCHEME.exec(value) ?? [];
    const url = scheme !== undefined && POSTGRES.test(scheme) ? value : "";
    const [, user] = /^[^/]*:\/\/([^:@/?#]+)(?::[^@/]*)?@/.exec(url) ?? [];
    const [, parameter] = /[?&]user=([^&#]+)/.exec(url) ?? [];
    // `host=db user=shopapi password=…`, as libpq reads it.
    const [, word] = /(?:^|\s)user\s*=\s*'?([^\s']+)/.exec(value) ?? [];
    const whole = /user|login|role|uid/i.test(variable) ? [value.trim()] : [];
    const names = [...whole, ...[user, parameter].flatMap((one) => (one === undefined ? [] : [decoded(one)]))];
    return [...new Set([...names, ...(word === undefined ? [] : [word])])].filter((name) => logins.has(name));
}

function decoded(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

/** What made the pod: a ReplicaSet's name has its Deployment's, and a digest. */
function ownerOf(metadata: Json): string {
    const [owner] = recordsOf(metadata["ownerReferences"]);
    const [kind, name] = [textOf(owner?.["kind"]), textOf(owner?.["name"])];
    return kind === "ReplicaSet"
        ? `Deployment ${name.replace(/-[^-]+$/, "")}`
        : kind === ""
          ? `Pod ${textOf(metadata["name"])}`
          : `${kind} ${name}`;
}

function recordsOf(value: unknown): Json[] {
    return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textOf(value: unknown): string {
    return typeof value === "string" ? value : "";
}
