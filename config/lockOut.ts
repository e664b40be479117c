import { namesOf } from "../components/tenancy/names";
import type { AccessSettings } from "./access";
import type { Problem } from "./problems";
import { groupedBy } from "../toolkit/grouped";
import { RDS_IAM } from "../toolkit/serverNames";

/** A declared membership and its place in the config. */
interface Membership {
    readonly member: string;
    readonly role: string;
    readonly path: string;
}

/**
 * The break-glass login has a password, which RDS refuses to every direct or indirect member of `rds_iam`, whatever the
 * memberships' options:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
 */
export function lockOutProblems(access: AccessSettings): Problem[] {
    const memberships = declared(access);
    const way = wayTo(RDS_IAM, access.breakGlass, memberships);
    if (way === undefined) {
        return [];
    }
    const chain = [access.breakGlass, ...way.map(({ role }) => role)].join(" → ");
    const allowed = "profiles whose groups are not members of an IAM login";
    const fix = "give the break-glass login its own profile with grants";
    return [
        {
            path: way[0]?.path ?? "access.breakGlass",
            given: access.breakGlass,
            wrong: `its password would be refused, as a member of ${RDS_IAM}: ${chain}`,
            allowed,
            fix,
        },
    ];
}

/** All memberships that `access` would create, those of group roles included. */
function declared({ tenants, profiles, breakGlass }: AccessSettings): Membership[] {
    const named = new Map(tenants.map((tenant) => [tenant.name, tenant]));
    const logins = tenants.flatMap((tenant, index): Membership[] => {
        const { login, owner } = namesOf(tenant);
        const path = `access.tenants[${index}]`;
        const acting = tenant.model === "existing" ? [{ member: login, role: owner, path: `${path}.actsAs` }] : [];
        return [{ member: login, role: RDS_IAM, path }, ...acting];
    });
    const groups = profiles.flatMap(({ name, actsAs, holders }, index): Membership[] => {
        const path = `access.profiles[${index}]`;
        const tenant = named.get(actsAs ?? "");
        const owner = tenant && namesOf(tenant).owner;
        const services = holders.flatMap(({ tenant: held }, at): Membership[] => {
            const one = named.get(held ?? "");
            return one === undefined
                ? []
                : [{ member: namesOf(one).login, role: name, path: `${path}.holders[${at}]` }];
        });
        const members = holders.flatMap(({ user, breakGlass: rescues }, at): Membership[] => [
            ...(user === undefined
                ? []
                : [
                      { member: user, role: name, path: `${path}.holders[${at}]` },
                      { member: user, role: RDS_IAM, path: `${path}.holders[${at}]` },
                  ]),
            ...(rescues === true ? [{ member: breakGlass, role: name, path: `${path}.holders[${at}]` }] : []),
        ]);
        return [
            ...(owner === undefined ? [] : [{ member: name, role: owner, path: `${path}.actsAs` }]),
            ...services,
            ...members,
        ];
    });
    return [...logins, ...groups];
}

/** The shortest chain of memberships from one role to another. */
function wayTo(goal: string, start: string, memberships: readonly Membership[]): readonly Membership[] | undefined {
    const ofMember = groupedBy(memberships, ({ member }) => member);
    const seen = new Set([start]);
    let ways: readonly (readonly Membership[])[] = [[]];
    while (ways.length > 0) {
        const longer = ways.flatMap((way) =>
            (ofMember.get(way.at(-1)?.role ?? start) ?? []).map((next) => [...way, next]),
        );
        const found = longer.find((way) => way.at(-1)?.role === goal);
        if (found !== undefined) {
            return found;
        }
        ways = longer.filter((way) => {
            const role = way.at(-1)?.role ?? "";
            return !seen.has(role) && seen.add(role);
        });
    }
    return undefined;
}
