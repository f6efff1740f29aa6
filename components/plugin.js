/** Entry of the Pulumi plugin: from here Node takes the TypeScript as it is, whereas Pulumi would compile an entry in
 * TypeScript with a compiler and options of its own. */
import { serve } from './provider.ts';

serve(new URL('schema.json', import.meta.url));
