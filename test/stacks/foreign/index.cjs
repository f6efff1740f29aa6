// A program of somebody else: CommonJS, components of its own, a provider that this repository does not use.
const pulumi = require('@pulumi/pulumi');

class Group extends pulumi.ComponentResource {
  constructor(name, opts) {
    super('foreign:index:Group', name, {}, { aliases: [{ name: 'old-group' }], ...opts });
    this.size = pulumi.output(3);
    this.registerOutputs({ size: this.size });
  }
}

class Bucket extends pulumi.CustomResource {
  constructor(name, args, opts) {
    super('gcp:storage/bucket:Bucket', name, { url: undefined, ...args }, opts);
  }
}

// A component of another package, whose process would make what is inside.
class Entry extends pulumi.ComponentResource {
  constructor(name) {
    super('awsx:lb:ApplicationLoadBalancer', name, {}, {}, true);
  }
}

pulumi.runtime.registerResourceTransform(({ props, opts }) => ({
  props: { ...props, labels: { team: 'a' } },
  opts: pulumi.mergeOptions(opts, { ignoreChanges: ['labels'] }),
}));

const config = new pulumi.Config();
new Entry('entry');
const group = new Group('group', { protect: true });
const first = new Bucket(
  'group-first',
  { location: config.require('location') },
  { parent: group, deleteBeforeReplace: true },
);
const second = new Bucket('second', {
  password: config.requireSecret('password'),
  logsTo: first.url,
  size: group.size,
  owner: group,
});
module.exports = {
  name: second.id,
  url: first.url,
  asked: config.get('ask') && pulumi.runtime.invoke('gcp:project:getThing', {}),
};
