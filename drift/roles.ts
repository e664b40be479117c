import { membershipPath } from "../access/catalog/membershipPath";
import { EXISTED, type ServerState } from "../access/postgres/serverState";
import {
    provisionerSettings,
    readerSettings,
    sameSetting,
    setForRole,
    settingName,
    type RoleSettings,
} from "../toolkit/roleSettings";
import { PROVISIONER, RDS_IAM } from "../toolkit/serverNames";
import { identifier, keyword, literal, sql, type Sql } from "../toolkit/sql";
import type { DeclaredRole } from "./declared";
import {
    ATTRIBUTES,
    type Attribute,
    type MembershipFacts,
    type RoleFacts,
    type SettingFacts,
} from "../access/catalog/facts";
import type { Facts } from "./facts";
import type { Finding, Found } from "./finding";

/** The context of findings about roles. */
export interface RoleContext {
    readonly facts: Facts;
    readonly world: ServerState;
    readonly roles: ReadonlyMap<string, DeclaredRole>;
    /** The provisioners: the master, and the users of providers. */
    readonly administrators: readonly string[];
    readonly breakGlass: string;
    /** The database to run statements about roles in. */
    readonly database: string;
    /** Whether a role is a group of others that a profile takes over and logins of the stack's hold. */
    readonly isHeld: (role: string) => boolean;
}

/** Attributes, settings and logins that differ from the declared ones. */
export function roleFindings({ facts, roles, administrators, breakGlass, database, isHeld }: RoleContext): Found[] {
    const bootstrapped = (name: string) => name === breakGlass || administrators.includes(name);
    return [...facts.roles.values()].flatMap(({ name, attributes, connectionLimit, settings }): Found[] => {
        const plan = roles.get(name);
        const finding = (kind: Finding["kind"], message: string, ...statements: Sql[]): Found => ({
            kind,
            about: { roles: [name] },
            message,
            database,
            sql: statements,
            as: [name],
        });
        if (bootstrapped(name)) {
            const wrong =
                name === breakGlass
                    ? (["superuser", "createRole", "createDatabase", "bypassRls"] as const).filter(
                          (attribute) => attributes[attribute],
                      )
                    : [];
            return [
                ...lockedOut(facts.roles.get(name), name === breakGlass).map(([message, change]) =>
                    finding("lock-out", message, change),
                ),
                ...wrong.map((attribute) =>
                    finding(
                        "role attribute",
                        `${name}, the break-glass login, has ${ATTRIBUTES[attribute]}`,
                        alter(name, attribute, false),
                    ),
                ),
                ...bootstrapSettings(facts, name, breakGlass).map(([message, change]): Found => ({
                    kind: "role setting",
                    about: { roles: [name] },
                    message,
                    database,
                    sql: [change],
                    as: [],
                })),
            ];
        }
        if (plan === undefined) {
            const powers = (Object.keys(ATTRIBUTES) as Attribute[]).filter(
                (attribute) => attribute !== "inherit" && attributes[attribute],
            );
            const words = powers.map((attribute) => ATTRIBUTES[attribute]).join(", ");
            return powers.length === 0
                ? []
                : [
                      {
                          ...finding(
                              "role",
                              `${name} has ${words}, which nothing declares; the fix disables its login`,
                              ...powers.map((attribute) => alter(name, attribute, false)),
                          ),
                          about: { roles: [name], fact: `${name} has ${words}` },
                      },
                  ];
        }
        const existed = plan.role.source === EXISTED;
        if (existed && !isHeld(name)) {
            return [];
        }
        const wrong = (Object.keys(ATTRIBUTES) as Attribute[]).filter(
            (attribute) => attributes[attribute] !== plan.role[attribute] && !(existed && attribute === "inherit"),
        );
        const limit =
            existed || connectionLimit === plan.connectionLimit
                ? []
                : [
                      finding(
                          "role setting",
                          `${name} may have ${connectionLimit} sessions, not ${plan.connectionLimit}`,
                          sql`ALTER ROLE ${identifier(name)} CONNECTION LIMIT ${literal(plan.connectionLimit)}`,
                      ),
                  ];
        return [
            ...wrong.map((attribute) =>
                finding(
                    "role attribute",
                    `${name} has ${attributes[attribute] ? "" : "NO"}${ATTRIBUTES[attribute]}`,
                    alter(name, attribute, plan.role[attribute]),
                ),
            ),
            ...limit,
            ...(existed ? [] : settingFindings(name, settings, plan.settings)).map(([message, change]) =>
                finding("role setting", message, change),
            ),
        ];
    });
}

/** What keeps a login of the bootstrap from connecting. A provisioner signs in with tokens, to which VALID UNTIL does not apply. */
function lockedOut(role: RoleFacts | undefined, isBreakGlass: boolean): [string, Sql][] {
    if (role === undefined) {
        return [];
    }
    const { name, attributes, connectionLimit, validUntil } = role;
    const who = `${name}, the ${isBreakGlass ? "break-glass login" : "provisioner"},`;
    const change = (statement: Sql): Sql => sql`ALTER ROLE ${identifier(name)} ${statement}`;
    return [
        ...(attributes.login ? [] : [[`${who} has NOLOGIN`, change(sql`LOGIN`)] satisfies [string, Sql]]),
        ...(connectionLimit === 0
            ? [[`${who} may have 0 sessions`, change(sql`CONNECTION LIMIT -1`)] satisfies [string, Sql]]
            : []),
        ...(isBreakGlass && validUntil !== undefined
            ? [
                  [`${who} has a password that ends on ${validUntil}`, change(sql`VALID UNTIL 'infinity'`)] satisfies [
                      string,
                      Sql,
                  ],
              ]
            : []),
    ];
}

/** Differences from the bootstrap's settings of its logins. From Postgres 16 only each login itself may change them. */
function bootstrapSettings({ roles, restricts }: Facts, name: string, breakGlass: string): [string, Sql][] {
    const plan =
        name === breakGlass
            ? readerSettings(restricts)
            : name === PROVISIONER
              ? provisionerSettings(restricts)
              : undefined;
    return plan === undefined ? [] : settingFindings(name, roles.get(name)?.settings ?? [], plan);
}

function alter(name: string, attribute: Attribute, on: boolean): Sql {
    const words = Object.values(ATTRIBUTES).flatMap((word) => [word, `NO${word}`]);
    return sql`ALTER ROLE ${identifier(name)} ${keyword(`${on ? "" : "NO"}${ATTRIBUTES[attribute]}`, words)}`;
}

function settingFindings(role: string, settings: readonly SettingFacts[], plan: RoleSettings): [string, Sql][] {
    const found: [string, Sql][] = [];
    for (const { database, name, value } of settings) {
        const place = database === "" ? sql`` : sql` IN DATABASE ${identifier(database)}`;
        const wanted = database === "" ? plan.get(name) : undefined;
        if (wanted === undefined) {
            found.push([
                `${role} has ${name} = ${JSON.stringify(value)}${database === "" ? "" : ` in ${database}`}, which nothing declares`,
                sql`ALTER ROLE ${identifier(role)}${place} RESET ${settingName(name)}`,
            ]);
        } else if (!sameSetting(wanted, value)) {
            found.push([
                `${role} has ${name} = ${JSON.stringify(value)}, not ${settingText(wanted)}`,
                setForRole(role, name, wanted),
            ]);
        }
    }
    const missing = [...plan].filter(([name]) => !settings.some((one) => one.database === "" && one.name === name));
    return [
        ...found,
        ...missing.map(([name, value]): [string, Sql] => [
            `${role} has no ${name}, not ${settingText(value)}`,
            setForRole(role, name, value),
        ]),
    ];
}

function settingText(value: string | readonly string[]): string {
    return typeof value === "string" ? value : value.map((one) => (one === "" ? '""' : one)).join(", ");
}

/** Memberships that differ from the declared ones. Ignores the provisioners' own, which are temporary. */
export function membershipFindings({
    facts,
    world,
    roles,
    administrators,
    breakGlass,
    database,
    isHeld,
}: RoleContext): Found[] {
    const key = ({ role, member }: { role: string; member: string }) => `${role}\n${member}`;
    const planned = new Map(world.memberships.map((one) => [key(one), one]));
    const real = new Set(facts.memberships.map(key));
    const existed = (name: string) => roles.get(name)?.role.source === EXISTED;
    /** Of a role that the program does not manage, in roles and with members that it does not manage either. */
    const isForeign = ({ role, member }: { role: string; member: string }) =>
        (existed(member) && !isHeld(member) && (existed(role) || !roles.has(role))) ||
        (existed(role) && !roles.has(member));
    const extra = facts.memberships.flatMap((one): Found[] => {
        const plan = planned.get(key(one));
        if (plan === undefined && isForeign(one)) {
            return [];
        }
        if (administrators.includes(one.member) || (plan !== undefined && (plan.admin || !one.admin))) {
            return [];
        }
        const option = plan === undefined ? sql`` : sql`ADMIN OPTION FOR `;
        const message = `${one.member} is a member of ${one.role}${plan === undefined ? ", which nothing declares" : " with the admin option"}`;
        return [
            {
                kind: "membership",
                about: { roles: [one.role, one.member] },
                message,
                database,
                sql: [sql`REVOKE ${option}${names(one)}${grantedBy(facts.major, one)}`],
                as: [],
            },
        ];
    });
    const missing = world.memberships.filter(
        (one) =>
            !real.has(key(one)) &&
            roles.has(one.member) &&
            !administrators.includes(one.member) &&
            facts.roles.has(one.member),
    );
    return [
        ...extra,
        ...missing.map((one): Found => ({
            kind: "membership",
            about: { roles: [one.role, one.member], absent: true },
            message: `${one.member} is not a member of ${one.role}`,
            database,
            sql: [sql`GRANT ${identifier(one.role)} TO ${identifier(one.member)}`],
            as: [],
        })),
        ...lockOuts(facts.memberships, breakGlass, database),
    ];
}

function names({ role, member }: MembershipFacts): Sql {
    return sql`${identifier(role)} FROM ${identifier(member)}`;
}

/** From Postgres 16 each grantor's grant of a membership is separate. */
function grantedBy(major: number, { grantor }: MembershipFacts): Sql {
    return major >= 16 ? sql` GRANTED BY ${identifier(grantor)}` : sql``;
}

/** The break-glass login has a password, which RDS refuses to members of `rds_iam`, indirect ones too. */
function lockOuts(memberships: readonly MembershipFacts[], breakGlass: string, database: string): Found[] {
    const path = membershipPath(memberships, breakGlass, RDS_IAM);
    const [, first = RDS_IAM] = path ?? [];
    return path === undefined
        ? []
        : [
              {
                  kind: "lock-out",
                  about: { roles: [breakGlass] },
                  message: `${breakGlass}, the break-glass login, is locked out: ${path.join(" → ")}`,
                  database,
                  sql: [sql`REVOKE ${identifier(first)} FROM ${identifier(breakGlass)}`],
                  as: [],
              },
          ];
}
