import { isNode, isType, type Node, nodesIn } from './syntax.js';

/**
 * Does nothing when it is evaluated: literals, names, functions, and arrays, objects and classes of such. Everything
 * else may act: a call does, and so may a property that is read (a getter) or a value that becomes text.
 */
export function isInert(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
    case 'Identifier':
    case 'ThisExpression':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'FunctionDeclaration':
      return true;
    case 'TemplateLiteral':
      return nodesIn(node['expressions']).length === 0;
    case 'UnaryExpression':
    case 'BinaryExpression':
      return isArithmetic(node);
    case 'ArrayExpression':
      return nodesIn(node['elements']).every(isInert);
    case 'ObjectExpression':
      return nodesIn(node['properties']).every(isInertProperty);
    case 'ClassDeclaration':
    case 'ClassExpression':
      return isInertClass(node);
    case 'TSEnumDeclaration':
      return nodesIn((node['body'] as Node)['members']).every(
        ({ initializer, computed }) => computed !== true && isInertOrNone(initializer),
      );
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
      return isInertOrNone(node['expression']);
    default:
      return false;
  }
}

/** A declarator that only names an inert value; a pattern reads properties, so it may act. */
export const isInertDeclarator = (node: Node): boolean =>
  isInertOrNone(node['init']) && isNode(node['id']) && node['id'].type === 'Identifier';

const isInertOrNone = (value: unknown): boolean => !isNode(value) || isInert(value);

/** Over literals alone: an object among the operands would be asked for its value. */
function isArithmetic(node: Node): boolean {
  if (node.type === 'Literal') return true;
  if (node.type === 'UnaryExpression') return isArithmetic(node['argument'] as Node);
  if (node.type !== 'BinaryExpression') return false;
  return isArithmetic(node['left'] as Node) && isArithmetic(node['right'] as Node);
}

const hasPlainKey = (node: Node): boolean =>
  node['computed'] !== true || (isNode(node['key']) && node['key'].type === 'Literal');

const isInertProperty = (node: Node): boolean =>
  node.type === 'Property' && hasPlainKey(node) && isInertOrNone(node['value']);

/** A class acts by what it extends, its static blocks and fields, its computed names and its decorators. */
function isInertClass(node: Node): boolean {
  const members = nodesIn((node['body'] as Node)['body']).filter((one) => !isType(one));
  return isInertOrNone(node['superClass']) && !isDecorated(node) && members.every(isInertMember);
}

function isInertMember(node: Node): boolean {
  if (node.type === 'StaticBlock' || isDecorated(node) || !hasPlainKey(node)) return false;
  const isFieldOfClass = node['static'] === true && node.type !== 'MethodDefinition';
  return isFieldOfClass ? isInertOrNone(node['value']) : !hasDecoratedParameter(node);
}

const isDecorated = (node: Node): boolean => nodesIn(node['decorators']).length > 0;

function hasDecoratedParameter({ value }: Node): boolean {
  return isNode(value) && nodesIn(value['params']).some(isDecorated);
}
