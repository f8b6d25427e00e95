"""The terms of the SHACL namespace: SHACL 1.0 with its advanced features, and those of 1.2.

A misspelt constraint is not an error to an engine: it checks nothing and conforms.
"""

from __future__ import annotations

from typing import Final

_COMPONENTS = """
    And Class Closed Datatype Disjoint Equals HasValue In LanguageIn LessThan LessThanOrEquals
    MaxCount MaxExclusive MaxInclusive MaxLength MinCount MinExclusive MinInclusive MinLength
    Node NodeKind Not Or Pattern Property QualifiedMaxCount QualifiedMinCount SPARQL UniqueLang
    Xone Expression JS
"""
_CLASSES = """
    AbstractResult ConstraintComponent Function JSConstraint JSExecutable JSFunction JSLibrary
    JSRule JSTarget JSTargetType JSValidator NodeKind NodeShape Parameter Parameterizable
    PrefixDeclaration PropertyGroup PropertyShape ResultAnnotation Rule SPARQLAskExecutable
    SPARQLAskValidator SPARQLConstraint SPARQLConstructExecutable SPARQLExecutable SPARQLFunction
    SPARQLRule SPARQLSelectExecutable SPARQLSelectValidator SPARQLTarget SPARQLTargetType
    SPARQLUpdateExecutable Severity Shape Target TargetType TripleRule ValidationReport
    ValidationResult Validator
    BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRI IRIOrLiteral Literal
    Info Warning Violation this
"""
_PROPERTIES = """
    alternativePath and annotationProperty annotationValue annotationVarName ask class closed
    codeIdentifier condition conforms construct datatype deactivated declare defaultValue
    description detail disjoint entailment equals expression filterShape flags focusNode
    function group hasValue ignoredProperties in intersection inversePath js jsFunctionName
    jsLibrary jsLibraryURL labelTemplate languageIn lessThan lessThanOrEquals maxCount
    maxExclusive maxInclusive maxLength message minCount minExclusive minInclusive minLength
    name namespace node nodeKind nodeValidator nodes not object oneOrMorePath optional or order
    parameter path pattern predicate prefix prefixes property propertyValidator
    qualifiedMaxCount qualifiedMinCount qualifiedValueShape qualifiedValueShapesDisjoint result
    resultAnnotation resultMessage resultPath resultSeverity returnType rule select severity
    shapesGraph shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape
    sparql subject suggestedShapesGraph target targetClass targetNode targetObjectsOf
    targetSubjectsOf union uniqueLang update validator value xone zeroOrMorePath zeroOrOnePath
"""

SHACL_TERMS: Final = frozenset(
    [
        *_CLASSES.split(),
        *_PROPERTIES.split(),
        *(f"{name}ConstraintComponent" for name in _COMPONENTS.split()),
        # SHACL names the parameters of its components: sh:MinCountConstraintComponent-minCount.
        *(f"{name}ConstraintComponent-{name[0].lower()}{name[1:]}" for name in _COMPONENTS.split()),
    ]
)

#: Terms of the working drafts of SHACL 1.2 that say something about the data. None is run here.
_NEW_COMPONENTS = """
    MemberShape MinListLength MaxListLength UniqueMembers ReifierShape RootClass SingleLine
    SomeValue SubsetOf UniqueValuesFor NodeByExpression
"""
_NEW_TERMS = """
    ShapeClass targetWhere shape TripleTerm ByTypes Trace Debug
    memberShape minListLength maxListLength uniqueMembers reifierShape reificationRequired
    rootClass singleLine someValue subsetOf uniqueValuesFor nodeByExpression
    NodeExpression NodeExpressionFunction NamedParameterExpression ListParameterExpression
    NamedParameterExpressionFunction ListParameterExpressionFunction keyParameter bodyExpression
    nodeExpression SelectExpression SPARQLExprExpression sparqlExpr minus
    SPARQLDescribeExecutable describe incomplete incompleteURIStart
    RuleSet includesRuleSet hasRule ruleProcessor sourceRule tempTriple expectedPredicate layer
    runOnce SPARQLRuleTemplate Rules
"""
SHACL_12: Final = frozenset(
    [
        *_NEW_TERMS.split(),
        *(f"{name}ConstraintComponent" for name in _NEW_COMPONENTS.split()),
        *(
            f"{name}ConstraintComponent-{name[0].lower()}{name[1:]}"
            for name in _NEW_COMPONENTS.split()
        ),
    ]
)
#: Terms of SHACL 1.2 that speak to people and programs, and constrain nothing.
_REMARKS = """
    agentInstruction intent formalized Graph DataGraph ShapesGraph RulesGraph
    ProcessorConfiguration conformsToShapesGraph conformanceDisallows usedShapesGraph
    usedDataGraph usedConfiguration
"""
SHACL_12_REMARKS: Final = frozenset(_REMARKS.split())

DASH: Final = "http://datashapes.org/dash#"
#: Parameters of the constraint components that DASH declares for itself.
_DASH_PARAMETERS = """
    closedByTypes coExistsWith hasValueIn hasValueWithClass isSubClassOf nonRecursive reifiableBy
    rootClass scriptConstraint singleLine stem subSetOf symmetric uniqueValueForClass uriStart
"""
DASH_PARAMETERS: Final = frozenset(_DASH_PARAMETERS.split())
