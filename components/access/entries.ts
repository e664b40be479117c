import type { ComputeKind, PodKind } from "../identity/kinds";
import type { Assigned } from "../people/permissionSet";
import type { PersonRoleArgs } from "../people/personRole";
import type { MigrationEntry } from "../tenancy/migration/state";
import type { ObjectKind, ReadersRun } from "../tenancy/privileges";
import type { TenantArgs } from "../tenancy/tenant";

/** A service: its name in the database and its identity in AWS. */
export type TenantEntry = StoredEntry & ServiceEntry;

/** How a service authenticates to AWS. */
export type ServiceEntry = { readonly name: string } & (PodEntry | { readonly identity: ComputeKind });

/** What of a service may be in the cluster before the program. */
export const existingInKubernetes = ["namespace", "serviceAccount"] as const;
export type ExistingInKubernetes = (typeof existingInKubernetes)[number];

/** A service in Kubernetes. */
export interface PodEntry {
    readonly identity: PodKind;
    readonly namespace: string;
    readonly serviceAccount: string;
    /**
     * What of the two is there already, and stays as it is; a service account only in a namespace that is there.
     * @default - the program creates both
     */
    readonly existing?: readonly ExistingInKubernetes[] | undefined;
    /**
     * The container image of the service.
     * @default - the service is deployed by other means
     */
    readonly image?: string | undefined;
    /**
     * The number of pods.
     * @default 2
     */
    readonly replicas?: number | undefined;
}

/** The tenant's properties in the database. */
interface StoredEntry extends Pick<TenantArgs, "model" | "searchPath" | "limits" | "adopt" | "retire"> {
    /** @default - the platform's database */
    readonly database?: string | undefined;
    /**
     * The previous name, if the tenant was renamed. Its schema and roles keep that name.
     * @default - the tenant was not renamed
     */
    readonly formerly?: string | undefined;
    /**
     * In the model `existing`, the role that the service acts as: the one that it logs in as today.
     * @default - only in the model `existing`
     */
    readonly actsAs?: string | undefined;
    /**
     * In the model `existing`, the schemas with the tenant's data.
     * @default - only in the model `existing`
     */
    readonly schemas?: readonly string[] | undefined;
    /**
     * In the model `existing`, further settings of the login, as the role that it acts as has them.
     * @default - none
     */
    readonly settings?: readonly LoginSetting[] | undefined;
    /**
     * In the model `existing`, how far the service has moved from a password to its login.
     * @default - both work
     */
    readonly migration?: MigrationEntry | undefined;
}

/** A setting of a login's sessions. */
export interface LoginSetting {
    readonly name: string;
    readonly value: string;
}

/** Privileges of a profile's group in a tenant's schema. */
export interface ProfileGrant {
    /** A tenant's name, or `*` for every tenant. */
    readonly tenant: string;
    readonly on: ObjectKind;
    /**
     * On a tenant of the model `existing`, those of its schemas that the grant covers.
     * @default - all of them
     */
    readonly schemas?: readonly string[] | undefined;
    /** @default - all existing objects, and those that the owner creates later */
    readonly objects?: readonly string[] | undefined;
    /** @default - all */
    readonly columns?: readonly string[] | undefined;
    readonly privileges: readonly string[];
    /**
     * The owner's code that may run with the rights of the role that reads these objects.
     * @default - none: people's sessions start with settings that refuse it
     */
    readonly mayRun?: readonly ReadersRun[] | undefined;
}

/** A holder of a profile: an existing IAM role, a tenant's service, or the bootstrap's break-glass login. */
export interface ProfileHolder {
    /** The login to create, with an `iamRole`. */
    readonly user?: string | undefined;
    /** ARN of an existing role. */
    readonly iamRole?: string | undefined;
    /** The tenant whose login also has the profile's rights; not allowed in a profile with `actsAs`. */
    readonly tenant?: string | undefined;
    readonly breakGlass?: boolean | undefined;
}

/** Rights that several people or services share, as a group role. */
export interface ProfileEntry {
    readonly name: string;
    /**
     * A group role that exists, with its members and what it was granted; it stays when the profile is removed.
     * @default - the program creates a group role with the profile's name
     */
    readonly group?: string | undefined;
    /**
     * Roles that exist and are members of `group`.
     * @default - none
     */
    readonly members?: readonly string[] | undefined;
    readonly grants: readonly ProfileGrant[];
    /**
     * The tenant whose owner role its holders assume.
     * @default - none
     */
    readonly actsAs?: string | undefined;
    readonly holders: readonly ProfileHolder[];
}

/** A person who logs in through a role of this program, or through an Identity Center permission set. */
export interface PersonEntry extends Pick<PersonRoleArgs, "sessionHours"> {
    /** The login to create. */
    readonly user: string;
    /**
     * ARNs of the IAM users who may assume the role.
     * @default - the person signs in through Identity Center
     */
    readonly assumedBy?: readonly string[] | undefined;
    /**
     * The users and groups that are assigned the permission set.
     * @default - the person signs in through IAM
     */
    readonly identityCenter?: Assigned | undefined;
    /**
     * Whether the person may also open a shell on the bastion.
     * @default false
     */
    readonly shell?: boolean | undefined;
    /** Names of the person's profiles. */
    readonly profiles: readonly string[];
}
