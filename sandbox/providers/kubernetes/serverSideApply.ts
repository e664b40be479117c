import { isProps } from "../../cloud/props";
import type { Props, Value } from "../../cloud/props";
import { ApiError, type ApiServer } from "./apiServer";
import { fieldsOf, fieldsV1, pathsIn, sameAt, valueAt, withField, withoutField, type Path } from "./fields";
import type { ApiKind } from "./kinds/kind";
import { without } from "./live";
import { mapOf } from "./validation/field";

/**
 * What an API server does with a PATCH of the type `apply` that does not force, as `npm run conformance:secrets` compares. Fields that
 * were there before any manager's belong to `before-first-apply`.
 *
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 *
 * @throws ApiError
 */
export function serverSideApply(
    server: ApiServer,
    kind: ApiKind,
    given: Props,
    manager: string,
    dryRun: boolean,
): Props {
    const live = find(server, kind, given);
    const fields = fieldsOf(given);
    if (live === undefined) {
        // "If the object does not exist, the API server creates it."
        return server.create(kind, managedBy(given, entries(kind, manager, fields)), dryRun);
    }
    const all = entriesOf(live);
    const others = all.filter((entry) => entry["manager"] !== manager);
    const own = all.filter((entry) => entry["manager"] === manager).flatMap(pathsOf);
    const alone = own.filter((path) => !others.some((entry) => has(entry, path)));
    refuse(kind, live, given, others, alone, fields);
    const rest = alone.reduce(withoutField, live);
    // Who was there before the first manager keeps a field that is applied with its value.
    const owned = fields.filter(
        (path) => valueAt(rest, path) === undefined || others.some((entry) => has(entry, path)),
    );
    const merged = owned.reduce((object, path) => withField(object, path, valueAt(given, path) ?? null), rest);
    const { namespace, name } = namesOf(live);
    return server.replace(
        kind,
        live,
        managedBy(merged, [...others, ...entries(kind, manager, owned)]),
        server.applied(kind, namespace ?? "", name ?? "") ?? {},
        dryRun,
    );
}

/** The object that an applied configuration is of. */
export function find(server: ApiServer, kind: ApiKind, given: Props): Props | undefined {
    const { namespace, name } = namesOf(given);
    return server.get(kind, kind.namespaced ? (namespace ?? "default") : "", name ?? "");
}

/** https://github.com/kubernetes/kubernetes/blob/v1.36.3/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go (`NewConflictError`) */
function refuse(
    { apiVersion }: ApiKind,
    live: Props,
    given: Props,
    others: readonly Props[],
    alone: readonly Path[],
    fields: readonly Path[],
): void {
    const conflicts = fields
        .filter((path) => valueAt(live, path) !== undefined && !sameAt(live, given, path) && !within(alone, path))
        .flatMap((path) => {
            const managers = others
                .filter((entry) => has(entry, path))
                .map((entry) => JSON.stringify(entry["manager"]));
            const theirs = managers.length > 0 ? managers : [`"before-first-apply" using ${apiVersion}`];
            return theirs.map((whose) => ({ whose, path: `.${path.join(".")}` }));
        });
    const [first] = conflicts;
    if (first !== undefined) {
        const each = [...new Set(conflicts.map(({ whose }) => whose))].sort().flatMap((whose) => {
            const paths = conflicts.filter((one) => one.whose === whose).map(({ path }) => `- ${path}`);
            return [`conflicts with ${whose}:`, ...paths.sort()];
        });
        const failed = `Apply failed with ${conflicts.length} conflict`;
        throw new ApiError(
            "Conflict",
            conflicts.length === 1
                ? `${failed}: conflict with ${first.whose}: ${first.path}`
                : `${failed}s: ${each.join("\n")}`,
        );
    }
}

function namesOf(object: Props): Readonly<Record<string, string>> {
    return mapOf(object["metadata"]) as Record<string, string>;
}

function managedBy(object: Props, managers: readonly Value[]): Props {
    const metadata = without(mapOf(object["metadata"]), ["managedFields"]);
    const managed: Props = managers.length === 0 ? {} : { managedFields: [...managers] };
    return { ...object, metadata: { ...metadata, ...managed } };
}

function entries({ apiVersion }: ApiKind, manager: string, owned: readonly Path[]): Props[] {
    const format = { fieldsType: "FieldsV1", fieldsV1: fieldsV1(owned) };
    return owned.length === 0 ? [] : [{ manager, operation: "Apply", apiVersion, ...format }];
}

function entriesOf(object: Props): Props[] {
    const { managedFields } = mapOf(object["metadata"]);
    return Array.isArray(managedFields) ? managedFields.filter(isProps) : [];
}

function pathsOf(entry: Props): readonly Path[] {
    return pathsIn(mapOf(entry["fieldsV1"]));
}

function has(entry: Props, path: Path): boolean {
    return within(pathsOf(entry), path);
}

function within(paths: readonly Path[], path: Path): boolean {
    return paths.some((one) => one.join("\n") === path.join("\n"));
}
