import type * as aws from "@pulumi/aws";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { grantConnect, type ConnectGrantArgs } from "../identity/grantConnect";
import { namedRole } from "../identity/namedRole";
import { PersonPermissionSet } from "../people/permissionSet";
import { PersonRole } from "../people/personRole";
import type { Tenant } from "../tenancy/tenant";
import type { GroupRights } from "../tenancy/groupRights/groupRights";
import { TenantGrants } from "../tenancy/tenantGrants";
import type { SessionSettings } from "../tenancy/sessionSettings";
import type { ReadyDatabase } from "./databases";
import type { DeclarationWindow } from "./declarationWindow";
import type { PersonEntry, ProfileEntry } from "./entries";
import { rightsOn, type ExistingTenant } from "./groupDeclarations";
import { beginWith } from "./readers";
import { rescues } from "./rescue";
import { Scopes } from "./scopes";

export interface ProfilesArgs {
    readonly people: readonly PersonEntry[];
    /** ARN of the policy that permits use of the bastion, if there is one. */
    readonly bastionPolicyArn?: pulumi.Input<string> | undefined;
    /** ARN of the policy that permits a shell on it. */
    readonly bastionShellPolicyArn?: pulumi.Input<string> | undefined;
    /** The databases or proxy that holders connect to. */
    readonly targets: ConnectGrantArgs["targets"];
    readonly proxy: ConnectGrantArgs["proxy"];
    /**
     * The provider for the account and region in which Identity Center is administered.
     * @default - the program's own
     */
    readonly identityCenter?: aws.Provider | undefined;
    /** The break-glass login. */
    readonly breakGlass: string;
    readonly sessionSettings: SessionSettings;
    /**
     * The provider for the database's account, if it is not the program's own. It contains the roles of holders and people.
     * @default - the program's own
     */
    readonly databaseAccount?: aws.Provider | undefined;
    /** The access to the databases. */
    readonly databases: readonly pulumi.Resource[];
    /**
     * Whether other stacks have memberships in the databases' groups. The break-glass login, which is a member in several
     * stacks' name, then connects as a member of this stack's profiles.
     */
    readonly sharesDatabases: boolean;
    /** The database of each tenant. */
    readonly places: ReadonlyMap<string, ReadyDatabase>;
    /** The tenants whose schemas and owner exist. */
    readonly existing: ReadonlyMap<string, ExistingTenant>;
    /** What groups may do there. */
    readonly groupRights: GroupRights;
}

/** A tenant that has been created. */
export interface MadeTenant {
    readonly name: string;
    readonly tenant: Tenant;
    readonly place: ReadyDatabase;
}

/**
 * Group roles with rights in tenants' schemas, and logins that are their members.
 *
 * The provider locks a role and then its members, in no particular order, so that two operations on roles with the same
 * members, or on a role and its member, could deadlock. They are therefore created one after another: groups, tenants that
 * are members, grants, groups that act as owners, other members; and removed in the opposite order.
 */
export class Profiles {
    private readonly groups = new Map<string, pulumi.Output<string>>();
    private readonly scopes: Scopes;
    /** What the next group or grant depends on. */
    private last: readonly pulumi.Resource[];

    constructor(
        private readonly name: string,
        private readonly entries: readonly ProfileEntry[],
        private readonly args: ProfilesArgs,
        private readonly window: DeclarationWindow,
        private readonly parent: pulumi.Resource,
    ) {
        this.scopes = new Scopes(entries, args.places);
        this.last = args.databases;
    }

    /** Declares the groups that do not act as an owner: call it before anything else, because tenants are their members. */
    async declareGroups(): Promise<void> {
        const { args } = this;
        for (const entry of this.entries.filter(({ actsAs }) => actsAs === undefined)) {
            await this.window.room();
            const connects = args.sharesDatabases && rescues(entry) ? [...this.scopes.groupsOf([entry])] : [];
            if (entry.group === undefined) {
                this.group(entry.name, connects.length > 0 ? { roles: connects } : {});
            }
            this.declare(entry);
        }
    }

    /** The groups that have USAGE on a tenant's schema. */
    visitors(tenant: string): pulumi.Output<string>[] {
        return this.scopes.concerning(tenant).flatMap(({ name }) => this.groups.get(name) ?? []);
    }

    /**
     * The groups that a tenant's own login belongs to because of the profiles that it holds: the profiles' groups and those of
     * their databases. The grants follow later, because they depend on all tenants.
     */
    heldBy(tenant: string): pulumi.Output<string>[] {
        const held = this.scopes.heldBy(tenant);
        return [...held.flatMap(({ name }) => this.groups.get(name) ?? []), ...this.scopes.groupsOf(held)];
    }

    /** Grants the groups their privileges on the tenants' objects, and adds their members. */
    async admit(tenants: readonly MadeTenant[]): Promise<void> {
        await this.grant(tenants);
        const made = new Map(tenants.map(({ name, tenant }) => [name, tenant]));
        for (const { name, actsAs } of this.entries) {
            const owned = made.get(actsAs ?? "");
            if (owned !== undefined) {
                await this.window.room();
                // Members do not inherit the owner's privileges but assume its role, so the owner owns what they create.
                this.last = [...this.last, owned];
                this.group(name, { inherit: false, roles: [owned.owner] });
            }
        }
        // The grants are ordered, so the last of them is ready after all others. Only an order: the names are known before.
        const dependsOn = [...this.last];
        const ready = (name: string) => this.groups.get(name) ?? name;
        const connects = (entries: readonly ProfileEntry[]) => [
            ...new Set(entries.flatMap((entry) => this.scopes.groupsOf([entry]))),
        ];
        for (const { user, identify, profiles } of this.logins()) {
            await this.window.room();
            const identity = identify();
            const memberOf = [...connects(profiles), ...profiles.map(({ name }) => ready(name))];
            const [owner = ""] = this.scopes.inOrder(profiles.flatMap(({ actsAs }) => actsAs ?? []));
            const actsAs = made.get(owner)?.owner;
            const { targets, proxy, sessionSettings } = this.args;
            const name = `${this.name}-${user}`;
            // `public` contains the operators of extensions, and only the provisioner creates objects there.
            const settings = { actsAs, searchPath: ["public"] };
            const prepare: ConnectGrantArgs["prepare"] = (login, opts) =>
                sessionSettings.of(name, login, beginWith(profiles), opts);
            grantConnect(
                name,
                { identity, targets, proxy, dbUser: user, memberOf, settings, prepare, dependsOn },
                { parent: this.parent },
            );
        }
        const rescuers = this.entries.filter(rescues);
        if (rescuers.length > 0) {
            this.args.sessionSettings.stated(`${this.name}-rescue`, this.args.breakGlass, beginWith([]), {
                parent: this.parent,
            });
        }
        const keys = [
            ...(this.args.sharesDatabases ? [] : connects(rescuers)).map(
                (group, index) => [`connect-${index}`, group] as const,
            ),
            ...rescuers.map(({ name }) => [name, ready(name)] as const),
        ];
        for (const [key, grantRole] of keys) {
            await this.window.room();
            // The login is not a resource of this program, so nothing else declares its memberships.
            new postgresql.GrantRole(
                `${this.name}-rescue-${key}`,
                { role: this.args.breakGlass, grantRole },
                { parent: this.parent, dependsOn },
            );
        }
    }

    /** The principals that log in with IAM, each once, through an existing role or one that is created. */
    private logins(): readonly {
        readonly user: string;
        /** Makes the role or permission set that a person has. */
        readonly identify: () => ConnectGrantArgs["identity"];
        readonly profiles: readonly ProfileEntry[];
    }[] {
        const { people, databaseAccount: provider } = this.args;
        const held = loginsOf(this.entries);
        const roles = new Map(held.map(({ iamRole }) => [iamRole, namedRole(iamRole, provider)]));
        return [
            ...held.map(({ iamRole, ...login }) => ({
                ...login,
                identify: () => roles.get(iamRole) ?? namedRole(iamRole, provider),
            })),
            ...people.map((person) => ({
                user: person.user,
                identify: () => this.identify(person),
                profiles: this.scopes.named(person.profiles),
            })),
        ];
    }

    private identify({
        user,
        assumedBy = [],
        identityCenter: assigned,
        sessionHours,
        shell = false,
    }: PersonEntry): ConnectGrantArgs["identity"] {
        const { bastionPolicyArn, bastionShellPolicyArn, identityCenter, databaseAccount } = this.args;
        const name = `${this.name}-${user}`;
        const opts = { parent: this.parent };
        const common = {
            sessionHours,
            bastionPolicyArn,
            bastionShellPolicyArn: shell ? bastionShellPolicyArn : undefined,
        };
        return assigned === undefined
            ? new PersonRole(name, { ...common, assumedBy, provider: databaseAccount }, opts)
            : new PersonPermissionSet(name, { ...common, assigned, identityCenter, databaseAccount }, opts);
    }

    private group(name: string, more: postgresql.RoleArgs): void {
        const args = { name, login: false, ...more };
        const opts = { parent: this.parent, dependsOn: [...this.last] };
        const group = new postgresql.Role(`${this.name}-${name}`, args, opts);
        this.groups.set(name, group.name);
        this.last = [group];
    }

    /** What the group may do on schemas that exist; for a group that existed, all that the config states of it. */
    private declare(entry: ProfileEntry): void {
        const { people, existing, groupRights } = this.args;
        const { name, group, members = [], holders } = entry;
        const rights = rightsOn(entry, existing);
        if (group === undefined && rights.length === 0) {
            return;
        }
        const held = holders.length > 0 || people.some(({ profiles }) => profiles.includes(name));
        const declaration = groupRights.declare(
            `${this.name}-${name}-existing`,
            {
                group: group ?? name,
                existed: group !== undefined,
                held,
                members: [...members].sort(),
                rights,
            },
            { parent: this.parent, dependsOn: [...this.last] },
        );
        if (group !== undefined) {
            // Also in a preview, in which the URN is known: members come after the check.
            this.groups.set(
                name,
                pulumi.all([group, declaration.urn]).apply(([group]) => group),
            );
        }
        this.last = [declaration];
    }

    /** All grants of all profiles, one tenant after another. */
    private async grant(tenants: readonly MadeTenant[]): Promise<void> {
        const members = tenants.filter(({ name }) => this.scopes.heldBy(name).length > 0);
        this.last = [...this.last, ...members.map(({ tenant }) => tenant)];
        for (const { name, tenant, place } of tenants) {
            const grants = this.scopes.grantsOn(name).flatMap(({ entry: { name: profile }, grant }) => {
                const group = this.groups.get(profile);
                const { on } = grant;
                // Of schemas of its own, the program decides who uses them.
                return group === undefined || on === "schemas" ? [] : [{ ...grant, on, profile, group }];
            });
            // On schemas that exist, hooks change only what a declaration changes.
            if (grants.length > 0 && !tenant.ownerExists) {
                await this.window.room();
                const { schema, owner } = tenant;
                const args = { database: place.name, schema, owner, grants, after: this.last };
                const { last } = new TenantGrants(`${this.name}-${name}`, args, {
                    ...place.options,
                    parent: this.parent,
                    dependsOn: [tenant],
                });
                this.last = last;
            }
        }
    }
}

/** One login of one IAM role, with all profiles that it holds. */
interface Login {
    readonly user: string;
    readonly iamRole: string;
    readonly profiles: readonly ProfileEntry[];
}

/** The principals that log in with IAM, each once. */
function loginsOf(entries: readonly ProfileEntry[]): readonly Login[] {
    const logins = new Map<string, Login>();
    for (const profile of entries) {
        for (const { user, iamRole } of profile.holders) {
            if (user !== undefined && iamRole !== undefined) {
                logins.set(user, { user, iamRole, profiles: [...(logins.get(user)?.profiles ?? []), profile] });
            }
        }
    }
    return [...logins.values()];
}
