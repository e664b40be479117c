import * as pulumi from "@pulumi/pulumi";
import type { DatabaseHooks } from "../databaseAccess";
import { GroupRights } from "../groupRights/groupRights";
import { connectGroup, databaseNames } from "../names";
import type { OpenSession } from "../provisionerSession";
import { contentOf, largeObjectsOf, placesOf } from "./belongings";
import { refuseBelongings, removeLargeObjects, takePrivileges } from "./cleanUp";
import { refuseOthersGroup, refuseOthersMembers } from "./databaseGroup";
import { stillHolds } from "./refusal";
import { ServerSessions } from "../server";
import { closeLogin, resetRole, takeMemberships } from "./sessions";
import { Turns } from "./turns";

export interface OffboardingArgs {
    /** How hooks connect to the server. */
    readonly open: OpenSession;
    /** The database that the program's provider connects to. */
    readonly database: pulumi.Input<string>;
    /**
     * Whether the stack owns the database, so that a role that the program still declares is only deleted along with
     * the whole server, by `pulumi destroy`.
     * @default false
     */
    readonly ownDatabase?: boolean;
}

type HookInputs = Readonly<Record<string, unknown>>;

/**
 * What happens to a role before the provider removes or suspends it. The provider would revoke its rights first, leave
 * its sessions open, and reassign its objects to the provisioner, in one database only. These hooks disable the login
 * and end its sessions; then they refuse to continue if the role owns any objects; then they revoke its privileges, in
 * every database.
 *
 * The hooks' names are in the state: a program that does not register them cannot delete any of these roles, so every
 * run creates an instance of this class, whatever it declares.
 */
export class Offboarding {
    private readonly server: ServerSessions;
    private readonly ownDatabase: boolean;
    private readonly turns = new Turns((args) => this.declares(args));
    /** What the program has declared so far, by type and name. */
    private readonly declared = new Set<string>();
    private declareRest: () => Promise<unknown> = async () => undefined;
    private readonly hooks: Readonly<Record<string, pulumi.ResourceHookBinding>>;
    /** For what several stacks share in a database. */
    readonly databaseHooks: DatabaseHooks;
    /** Groups' rights on objects of others, whose hooks every run needs as well. */
    readonly groupRights: GroupRights;

    constructor({ open, database, ownDatabase = false }: OffboardingArgs) {
        this.server = new ServerSessions(open, new Promise((resolve) => pulumi.output(database).apply(resolve)));
        this.ownDatabase = ownDatabase;
        this.groupRights = new GroupRights(this.server);
        const { server } = this;
        this.hooks = {
            [roleType]: {
                beforeUpdate: [server.hook("before-role-update", (args) => this.roleUpdate(args))],
                beforeDelete: [server.hook("before-role-delete", (args) => this.roleDelete(args))],
            },
            [schemaType]: { beforeDelete: [server.hook("before-schema-delete", (args) => this.schemaDelete(args))] },
            [grantRoleType]: {
                beforeDelete: [server.hook("before-membership-delete", (args) => this.membershipDelete(args))],
            },
        };
        this.databaseHooks = {
            group: {
                beforeCreate: [
                    server.hook("before-group-create", ({ newInputs = {} }) =>
                        refuseOthersGroup(server, text(newInputs, "name")),
                    ),
                ],
            },
            admission: { beforeDelete: [server.hook("before-admission-delete", (args) => this.admissionDelete(args))] },
        };
    }

    /** For a component: its roles, schemas and memberships are removed in order, and what locks roles one at a time. */
    readonly transformation: pulumi.ResourceTransformation = ({ type, name, props, opts }) => {
        if (!type.startsWith("postgresql:index/")) {
            return undefined;
        }
        this.declared.add(`${type} ${name}`);
        return {
            props: type === roleType ? { ...props, skipReassignOwned: true } : props,
            opts: { ...opts, hooks: this.turns.hooks(type, { ...opts.hooks, ...this.hooks[type] }) },
        };
    };

    /**
     * For a program that declares its resources in portions.
     *
     * @param rest declares the others without waiting for the engine, which may be deleting what one of them replaces
     */
    declaringLater(rest: () => Promise<unknown>): void {
        this.declareRest = rest;
    }

    private async declares({ type, name }: pulumi.ResourceHookArgs): Promise<boolean> {
        const key = `${type} ${name}`;
        if (!this.declared.has(key)) {
            await this.declareRest();
        }
        return this.declared.has(key);
    }

    private async roleUpdate({ oldInputs = {}, newInputs = {} }: pulumi.ResourceHookArgs): Promise<void> {
        const role = text(newInputs, "name");
        if (oldInputs["login"] === true && newInputs["login"] !== true) {
            return closeLogin(this.server, role);
        }
        const lost = list(oldInputs, "roles").filter((group) => !list(newInputs, "roles").includes(group));
        const assumed = text(oldInputs, "assumeRole");
        const resets = assumed !== "" && assumed !== text(newInputs, "assumeRole");
        if (newInputs["login"] === true && (lost.length > 0 || resets)) {
            if (resets) {
                await resetRole(this.server, role);
            }
            await takeMemberships(this.server, role, lost);
        }
    }

    private async roleDelete(args: pulumi.ResourceHookArgs): Promise<void> {
        if (this.ownDatabase && (await this.declares(args))) {
            return;
        }
        const { oldInputs = {} } = args;
        const role = text(oldInputs, "name");
        this.groupRights.refuseExisting(role);
        await closeLogin(this.server, role);
        await refuseBelongings(this.server, [role]);
        await takePrivileges(this.server, role);
    }

    /** A tenant's schema is removed before its roles, so the tenant's offboarding begins here. */
    private async schemaDelete(args: pulumi.ResourceHookArgs): Promise<void> {
        if (await this.declares(args)) {
            return;
        }
        const { oldInputs = {} } = args;
        const schema = text(oldInputs, "name");
        const database = text(oldInputs, "database");
        const drop = oldInputs["dropCascade"] === true;
        const { login } = databaseNames(schema);
        const roles = [...new Set([text(oldInputs, "owner"), login])];
        if (!drop) {
            await this.refuseContent(database, schema, roles);
        }
        await closeLogin(this.server, login);
        if (drop) {
            await removeLargeObjects(this.server, roles);
        }
        await refuseBelongings(this.server, roles, { database, schema });
    }

    private async refuseContent(database: string, schema: string, roles: readonly string[]): Promise<void> {
        const content = await contentOf(await this.server.session(database), schema);
        let largeObjects = 0;
        for (const place of await placesOf(await this.server.session(), roles)) {
            for (const role of roles) {
                largeObjects += await largeObjectsOf(await this.server.session(place), role);
            }
        }
        if (content.length + largeObjects > 0) {
            throw new Error(stillHolds(schema, database, content, largeObjects));
        }
    }

    /** Of a group's CONNECT: a stack that deletes its own server deletes other stacks' logins with it. */
    private async admissionDelete({ oldInputs = {} }: pulumi.ResourceHookArgs): Promise<void> {
        const database = text(oldInputs, "database");
        if (!this.ownDatabase) {
            await refuseOthersMembers(this.server, connectGroup(database), database);
        }
    }

    /** For a login that the program neither creates nor removes: the break-glass login's. */
    private async membershipDelete(args: pulumi.ResourceHookArgs): Promise<void> {
        const { oldInputs = {} } = args;
        if (!(this.ownDatabase && (await this.declares(args)))) {
            await takeMemberships(this.server, text(oldInputs, "role"), [text(oldInputs, "grantRole")]);
        }
    }
}

const roleType = "postgresql:index/role:Role";
const schemaType = "postgresql:index/schema:Schema";
const grantRoleType = "postgresql:index/grantRole:GrantRole";

function text(inputs: HookInputs, name: string): string {
    const value = inputs[name];
    return typeof value === "string" ? value : "";
}

function list(inputs: HookInputs, name: string): readonly string[] {
    const value = inputs[name];
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
