import type { ComputeKind, PodKind } from "../identity/kinds";
import type { Assigned } from "../people/permissionSet";
import type { PersonRoleArgs } from "../people/personRole";
import type { ObjectKind, ReadersRun } from "../tenancy/privileges";
import type { TenantArgs } from "../tenancy/tenant";

/** A service, by what it is called in the database and by what AWS knows it. */
export type TenantEntry = StoredEntry & ServiceEntry;

/** How a service authenticates to AWS. */
export type ServiceEntry = { readonly name: string } & (PodEntry | { readonly identity: ComputeKind });

/** A service in Kubernetes. */
export interface PodEntry {
    readonly identity: PodKind;
    readonly namespace: string;
    readonly serviceAccount: string;
    /**
     * The container image of the service.
     * @default - the service is deployed by other means
     */
    readonly image?: string | undefined;
    /**
     * How many pods run.
     * @default 2
     */
    readonly replicas?: number | undefined;
}

/** What a tenant is in the database. */
interface StoredEntry extends Pick<TenantArgs, "model" | "searchPath" | "limits" | "adopt" | "retire"> {
    /** @default - the platform's database */
    readonly database?: string | undefined;
    /**
     * The name that schema and roles were made with, where it is another one; they keep it.
     * @default - the tenant was always called so
     */
    readonly formerly?: string | undefined;
}

/** What the members of a profile's group may do in a tenant's schema. */
export interface ProfileGrant {
    /** A tenant's name, or `*` for every tenant. */
    readonly tenant: string;
    readonly on: ObjectKind;
    /** @default - all that exist, and all that the owner will make */
    readonly objects?: readonly string[] | undefined;
    /** @default - all */
    readonly columns?: readonly string[] | undefined;
    readonly privileges: readonly string[];
    /**
     * Which of the owner's code may run with the rights of these objects' reader.
     * @default - nothing: people's sessions begin with settings that refuse it
     */
    readonly mayRun?: readonly ReadersRun[] | undefined;
}

/** A holder of a profile: an existing IAM role, a tenant's service, or the bootstrap's break-glass login. */
export interface ProfileHolder {
    /** The login to make, with an `iamRole`. */
    readonly user?: string | undefined;
    /** ARN of a role that exists. */
    readonly iamRole?: string | undefined;
    /** The tenant whose own login has the profile's rights too; not of a profile that `actsAs`. */
    readonly tenant?: string | undefined;
    readonly breakGlass?: boolean | undefined;
}

/** Rights that several people or services share, as a group role. */
export interface ProfileEntry {
    readonly name: string;
    readonly grants: readonly ProfileGrant[];
    /**
     * The tenant as whose owner its holders work.
     * @default - none
     */
    readonly actsAs?: string | undefined;
    readonly holders: readonly ProfileHolder[];
}

/** A person who logs in through a role of this program, or through an Identity Center permission set. */
export interface PersonEntry extends Pick<PersonRoleArgs, "sessionHours"> {
    /** The login to make. */
    readonly user: string;
    /**
     * ARNs of the IAM users who may assume the role.
     * @default - the person is known to Identity Center
     */
    readonly assumedBy?: readonly string[] | undefined;
    /**
     * Who is assigned the permission set.
     * @default - the person is known to IAM
     */
    readonly identityCenter?: Assigned | undefined;
    /**
     * Whether the person may have a shell on the bastion, besides going through it.
     * @default false
     */
    readonly shell?: boolean | undefined;
    /** Names of the person's profiles. */
    readonly profiles: readonly string[];
}
