import type { Identity } from "../chain/link";
import { chainsIn, type AccessModel } from "../matrix/model";
import { datumOf } from "../model/datum";
import { label, property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { text } from "../resources/value";
import { isMeant } from "./check";
import type { Assertion } from "./parse";
import { dataPattern, matches } from "./patterns";

/** Names in an assertion that nothing has, neither a principal nor data. */
export interface Unmatched {
    readonly assertion: string;
    readonly names: readonly string[];
}

/**
 * The names that nothing in these versions of a stack has: an assertion about them would hold whatever the stack does. Names
 * that the assertion marks as future do not count, nor does anything as long as no identity leads to a login besides provisioners:
 * a platform is deployed before access to it is.
 */
export function unmatchedNames(assertions: readonly Assertion[], models: readonly AccessModel[]): readonly Unmatched[] {
    if (!models.some(givesAccess)) {
        return [];
    }
    const known = new Set(models.flatMap(principalNames));
    const isWho = (pattern: string): boolean => [...known].some((name) => matches(pattern, name));
    const isData = (pattern: string): boolean => models.some((model) => hasData(model, pattern));
    return assertions.flatMap((assertion): Unmatched[] => {
        const [who, data] =
            assertion.kind === "isolated" ? [[], assertion.schemas ?? []] : [assertion.who, assertion.data];
        const missing = [...who.filter((name) => !isWho(name)), ...data.filter((name) => !isData(name))];
        const names = missing.filter((name) => !assertion.future.includes(name));
        return names.length === 0 ? [] : [{ assertion: assertion.text, names }];
    });
}

/** The message for all of them. */
export function unmatchedText(unmatched: readonly Unmatched[]): string {
    const found = unmatched.map(({ assertion, names }) => `${assertion}: nothing is called ${names.join(" or ")}`);
    return `${found.join("; ")}; correct the name, or add future: NAME to the assertion until something has it`;
}

function givesAccess(model: AccessModel): boolean {
    const { servers } = model;
    const provisions = new Set(
        servers.flatMap(({ server, administrators }) => administrators.map((login) => `${server.key}\n${login}`)),
    );
    return chainsIn(model).some(({ server, login }) => !provisions.has(`${server}\n${login}`));
}

/** The names that AWS, Kubernetes, Postgres and the program use, and the labels of the matrix. */
function principalNames({ graph, servers, cells, broken }: AccessModel): readonly string[] {
    const identities = [...cells.map(({ identity }) => identity), ...broken.map(({ identity }) => identity)];
    return [
        ...identities.flatMap(identityNames),
        ...servers.flatMap(({ rights }) => [...rights.world.roles.keys()]),
        ...graph.resources.flatMap(resourceNames),
    ];
}

function identityNames({ label: shown, includes = [] }: Identity): readonly string[] {
    const labels = [shown, shown.replace(/ of .*$/, ""), ...includes];
    return labels.flatMap((name) => [name, ...name.split("/")]);
}

function resourceNames(resource: Resource): readonly string[] {
    const at = (...path: readonly [string, ...string[]]): string | undefined => text(property(resource, ...path));
    const namespace = at("metadata", "namespace") ?? at("namespace");
    const account = at("metadata", "name") ?? at("serviceAccount");
    const own = [
        resource.name,
        label(resource),
        ...["name", "family", "arn", "roleName", "userName"].map((key) => at(key)),
    ];
    const pod = account === undefined ? [] : [account, `${namespace ?? "default"}/${account}`];
    return [...own, ...pod, namespace].filter((name) => name !== undefined);
}

/** Whether the data exists; of a table only its schema counts, since migrations create tables. */
function hasData({ servers }: AccessModel, pattern: string): boolean {
    const { place, schema } = dataPattern(pattern);
    const schemaPattern = place === "" ? schema : `${place}/${schema}`;
    return servers.some(({ server, rights }) =>
        /^all of ./.test(pattern)
            ? matches(pattern, `all of ${server.key}`)
            : rights.world.objects.some((object) => {
                  const datum = datumOf(server, object);
                  return isMeant(datum, pattern, new Set()) || isMeant(datum, schemaPattern, new Set());
              }),
    );
}
