import * as pulumi from "@pulumi/pulumi";
import { visible } from "../../../toolkit/visible";
import type { ServerSessions } from "../server";
import { applyChange, missing, readGroup, refuse } from "./apply";
import { changeMembers, groupProblems, missingMembers } from "./existingGroup";
import { atomsOf, changeOf, type ExistingRight, type GroupDeclaration } from "./rights";
import { undeclared } from "./undeclared";

/** A declaration whose databases' names may not be known yet. */
export interface GroupRightsArgs extends Omit<GroupDeclaration, "rights"> {
    readonly rights: readonly (Omit<ExistingRight, "database"> & { readonly database: pulumi.Input<string> })[];
}

/**
 * What groups may do with the objects of roles that the program does not manage. A resource in the state keeps each group's declaration,
 * and hooks turn a change of it into exactly the grants and revocations that differ. The provider's own grants would not do: each first
 * revokes all that the group has on its objects, whoever declared it, and deleting one takes the rights along
 * (https://github.com/cyrilgdn/terraform-provider-postgresql/blob/main/postgresql/resource_postgresql_grant.go, createRevokeQuery).
 *
 * A group that existed is taken over as it is: its first run compares, and changes nothing. Without its profile, or without the stack,
 * it stays as it is then. A group of the program's own loses what its declaration gave it.
 *
 * The hooks' names are in the state: see {@link Offboarding}, which creates this class in every run.
 */
export class GroupRights {
    private readonly hooks: pulumi.ResourceHookBinding;
    private readonly existing = new Set<string>();

    constructor(private readonly server: ServerSessions) {
        this.hooks = {
            beforeCreate: [
                server.hook("before-group-rights-create", ({ newInputs }) => this.change(declared(newInputs))),
            ],
            beforeUpdate: [
                server.hook("before-group-rights-update", ({ newInputs, oldInputs }) =>
                    this.change(declared(newInputs), declared(oldInputs)),
                ),
            ],
            beforeDelete: [
                server.hook("before-group-rights-delete", ({ oldInputs }) => this.leave(declared(oldInputs))),
            ],
        };
    }

    declare(name: string, { rights, ...args }: GroupRightsArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
        if (args.existed) {
            this.existing.add(args.group);
        }
        return new pulumi.Stash(name, { input: { ...args, rights: [...rights] } }, { ...opts, hooks: this.hooks });
    }

    /** @throws Error if a declaration says that a group which the program is about to remove existed before it */
    refuseExisting(group: string): void {
        if (this.existing.has(group)) {
            throw new Error(
                `the group ${visible(group)} is this stack's own, and a profile with group: ${visible(group)} would take it over while it is removed; nothing of it has changed: leave group out of the profile`,
            );
        }
    }

    private async change(now: GroupDeclaration | undefined, old?: GroupDeclaration): Promise<void> {
        if (now === undefined) {
            return;
        }
        // Another group is another declaration: the one before stays as it is.
        const before = old?.group === now.group && old.existed === now.existed ? old : undefined;
        const { group, existed, held, members, rights } = now;
        const session = await this.server.session();
        const atoms = atomsOf(rights);
        if (existed) {
            refuse(await groupProblems(session, group));
            if (before === undefined) {
                refuse(await this.differences(now));
            }
        }
        if (before !== undefined || !existed) {
            await changeMembers(session, group, {
                taken: (before?.members ?? []).filter((one) => !members.includes(one)),
                given: members.filter((one) => before?.members.includes(one) !== true),
            });
            await applyChange(this.server, group, changeOf(before?.rights ?? [], rights));
        }
        if (existed && held) {
            const more = await undeclared(this.server, group, atoms);
            refuse(
                more.map(
                    (what) =>
                        `${what}, which the profile's holders would have too: declare it, revoke it, or give them a profile without group`,
                ),
            );
        }
    }

    /** What the catalogs do not have of a declaration that takes a group over. */
    private async differences({ group, members, rights }: GroupDeclaration): Promise<string[]> {
        const found = await missingMembers(await this.server.session(), group, members);
        const atoms = atomsOf(rights);
        for (const database of new Set(atoms.map((atom) => atom.database))) {
            const here = atoms.filter((atom) => atom.database === database);
            const catalog = await readGroup(await this.server.session(database), group, here);
            found.push(...here.flatMap((atom) => missing(group, atom, catalog)));
        }
        return [...new Set(found)].map(
            (what) =>
                `${what}: a group is taken over as it is; write what it has now, and change that after the first run`,
        );
    }

    private async leave(before: GroupDeclaration | undefined): Promise<void> {
        if (before !== undefined && !before.existed) {
            this.refuseExisting(before.group);
            await applyChange(this.server, before.group, changeOf(before.rights, []));
        }
    }
}

function declared(inputs: Readonly<Record<string, unknown>> | undefined): GroupDeclaration | undefined {
    return inputs?.["input"] as GroupDeclaration | undefined;
}
