import type * as pulumi from '@pulumi/pulumi';

/** A container image and the ECR repository it is kept in. Exactly one of `build` and `digest`. */
export interface ContainerImageArgs {
  /** Build the image with the Docker engine of the machine that deploys, and push it. */
  build?: ContainerImageBuildArgs;
  /** Use an image that exists, without a build: `sha256:…` in this component's repository, or `repository@sha256:…` of
   * another one. A tag is refused, since it can move under a running service. */
  digest?: string;
  /** Name of the repository. @default the Pulumi name and a random suffix */
  repositoryName?: pulumi.Input<string>;
  /** Customer key of a new repository. One that exists keeps the key that it was created with, since AWS can change it for
   * none. @default ECR's own encryption, which is free */
  keyArn?: pulumi.Input<string>;
  /** Let `destroy` delete the repository with the images in it. @default false: it must be empty */
  forceDelete?: boolean;
  tags?: { [name: string]: pulumi.Input<string> };
}

/** What an image is built from. */
export interface ContainerImageBuildArgs {
  /** Directory that Docker builds in. */
  context: string;
  /** Path of the Dockerfile within the context. @default Dockerfile */
  dockerfile?: string;
  /** Files and directories within the context that the Dockerfile copies. Their content alone decides whether
   * there is a new image. `node_modules` and names that start with a dot are left out. */
  paths: string[];
  /** Build arguments. Anyone who has the image can read them: put nothing secret here. */
  args?: { [name: string]: string };
  /** `arm64` or `x86_64`; on a machine of the other kind Docker needs QEMU. @default arm64 */
  architecture?: string;
}

/** An image by digest, and what a task needs to start it. */
export interface ContainerImageReference {
  uri: pulumi.Output<string>;
  repositoryArn?: pulumi.Output<string>;
  architecture?: string;
}
