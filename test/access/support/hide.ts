import { accessOf } from "../../../access/matrix/model";
import type { AccessModel } from "../../../access/matrix/model";
import type { Resource } from "../../../access/resources/resource";

/** What hiding resources one by one showed. */
export interface Hiding {
    readonly hidden: number;
    readonly compared: number;
    /** Cells that disappeared, or became certain: `aws:rds/cluster:Cluster main: shop/shop | app/shop`. */
    readonly lost: readonly string[];
    /** Cells that disappeared with the resource that is itself the permission, the row or the column: the number by type. */
    readonly own: Readonly<Record<string, number>>;
}

/**
 * Resources that no other resource refers to in a way from which their cells follow: without them there is no trace of the grant, of
 * the person or of the password. docs/access.md names them among the limits.
 */
const THEMSELVES: ReadonlySet<string> = new Set([
    ...["grant:Grant", "grantRole:GrantRole", "defaultPrivileges:DefaultPrivileges", "schema:Schema"].map(
        (type) => `postgresql:index/${type}`,
    ),
    ...["rolePolicy:RolePolicy", "userPolicy:UserPolicy", "role:Role"].map((type) => `aws:iam/${type}`),
    ...["permissionSetInlinePolicy:PermissionSetInlinePolicy", "accountAssignment:AccountAssignment"].map(
        (type) => `aws:ssoadmin/${type}`,
    ),
    ...["cluster:Cluster", "instance:Instance"].map((type) => `aws:rds/${type}`),
]);

/**
 * Hides each resource in turn, as if another stack had made it: what others say of it stays. No cell may disappear, only become
 * expected; a cell is an identity and a schema, database or server.
 *
 * @param chosen which of the resources to hide
 */
export function hideEach(
    resources: readonly Resource[],
    chosen: (resource: Resource, index: number) => boolean = () => true,
): Hiding {
    const whole = certainties(accessOf(resources));
    const [lost, own]: [string[], Record<string, number>] = [[], {}];
    const hidden = resources.filter(({ component }) => !component).filter(chosen);
    for (const resource of hidden) {
        const left = certainties(accessOf(resources.filter((other) => other !== resource)));
        for (const [cell, certain] of whole) {
            const [who] = cell.split(" | ");
            const now = left.get(cell) ?? (left.has(`${who} | *`) ? false : undefined);
            if (now === undefined && THEMSELVES.has(resource.type) && isItself(resource, cell)) {
                own[resource.type] = (own[resource.type] ?? 0) + 1;
            } else if (now === undefined || (now && !certain)) {
                lost.push(`${resource.type} ${resource.name}: ${cell}${now === undefined ? "" : " became certain"}`);
            }
        }
    }
    return { hidden: hidden.length, compared: hidden.length * whole.size, lost, own };
}

/** Of a database, only the password's row is its own; of a role, only a row that is named after it, or that its trust alone names. */
function isItself({ type }: Resource, cell: string): boolean {
    return type.startsWith("aws:rds/")
        ? cell.startsWith("any client with the password")
        : type !== "aws:iam/role:Role" || /^arn:| by [a-z0-9-]+\.amazonaws\.com/.test(cell);
}

/** Each cell with whether some path holds. A server that is not among the resources has another name, and so does its row. */
function certainties({ cells }: AccessModel): ReadonlyMap<string, boolean> {
    const found = new Map<string, boolean>();
    for (const { identity, datum, paths } of cells) {
        const column = datum.kind === "server" ? "*" : [datum.database, datum.schema].filter(Boolean).join("/");
        const cell = `${identity.label.replace(/ of .*$/, "")} | ${column}`;
        found.set(cell, found.get(cell) === true || paths.some(({ state }) => state === "holds"));
    }
    return found;
}
