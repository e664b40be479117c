import { limits as documents } from "../../components/identity/document";
import { databaseNames } from "../../components/tenancy/names";
import { isRecord } from "../../toolkit/record";
import type { Cell } from "./plan";
import type { Unit } from "./units";

/** What a cell has of something that is limited. */
export interface Use {
    readonly what: string;
    readonly used: number;
    readonly most: number;
    readonly source: string;
}

interface Limit {
    readonly what: string;
    readonly source: string;
    /** Undefined if nothing limits it in this cell. */
    readonly most: (cell: Cell) => number | undefined;
    readonly of: (unit: Unit) => number;
}

/** The statement of one login in the policies of a proxy's role, without the login's name. */
const proxyStatement =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rds-db:connect","Resource":["arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ/"]}]}';

const cellLimits: readonly Limit[] = [
    {
        what: "IAM roles in the account",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        most: ({ limits }) => limits.roles ?? 1000,
        of: ({ tenants, people }) => tenants.length + people.filter((one) => one["assumedBy"] !== undefined).length,
    },
    {
        what: "Pod Identity associations of the cluster",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html",
        most: ({ limits }) => limits.associations ?? 5000,
        of: ({ tenants }) => tenants.filter((one) => one["identity"] === "podIdentity").length,
    },
    {
        what: "characters in the policies of the proxy's role",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        most: ({ access }) => (access["proxy"] === true ? documents.rolePolicy : undefined),
        of: ({ tenants, people }) => {
            const logins = [
                ...tenants.map(({ name }) => databaseNames(name).login),
                ...people.map((one) => String(one["user"])),
            ];
            return logins.reduce((sum, login) => sum + proxyStatement.length + login.length, 0);
        },
    },
    {
        what: "connections of the database",
        source: "cells[].limits.connections",
        most: ({ limits }) => limits.connections,
        of: ({ tenants }) =>
            tenants.reduce((sum, { limits }) => sum + (isRecord(limits) ? Number(limits["connections"] ?? 0) : 0), 0),
    },
];

/** What the units use of each limit of their cell. */
export function usesOf(cell: Cell, units: readonly Unit[]): readonly Use[] {
    return cellLimits.flatMap(({ what, source, most, of }) => {
        const allowed = most(cell);
        return allowed === undefined
            ? []
            : [{ what, source, most: allowed, used: units.reduce((sum, unit) => sum + of(unit), 0) }];
    });
}
