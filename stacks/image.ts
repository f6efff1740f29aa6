import { ContainerImage, type FargateImageArgs } from '../components/index.ts';
import type { Encryption } from './encryption.ts';
import type { Settings } from './settings/index.ts';

/** The one image of service and jobs, built from the project's root. */
export function createImage(settings: Settings, encryption: Encryption): ContainerImage {
  const digest = settings['image.digest'];
  return new ContainerImage('app', {
    ...(digest === undefined
      ? { build: { ...imageSources, architecture: settings['service.architecture'] } }
      : { digest }),
    forceDelete: !settings.deletionProtection,
    ...encryption,
  });
}

/** The image of service and jobs. For an image that is given by its digest only the settings know the architecture. */
export function imageOf(settings: Settings, { reference }: ContainerImage): FargateImageArgs {
  return { ...reference, architecture: settings['service.architecture'] };
}

/** What the Dockerfile copies; test/stacks/image.test.ts compares the two. */
export const imageSources = {
  context: '.',
  dockerfile: 'app/Dockerfile',
  paths: ['package.json', 'package-lock.json', 'app', 'contract', 'data', 'jobs'],
};
