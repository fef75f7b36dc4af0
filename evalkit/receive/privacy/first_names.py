"""Frequent first names in France, normalised; enough to notice a column of names, never to find every name."""

from __future__ import annotations

_WOMEN = """
marie jeanne francoise monique catherine nathalie isabelle jacqueline anne sylvie martine nicole christine sophie
patricia madeleine suzanne helene valerie veronique christiane annie brigitte michele dominique sandrine celine
stephanie chantal sandra laurence denise josette colette simone odette lucienne yvette paulette ginette andree
marguerite germaine louise claudine evelyne annick danielle florence karine corinne virginie aurelie emilie julie
laetitia caroline audrey elodie melanie delphine vanessa jessica sabrina laura pauline camille marion manon lea emma
chloe sarah oceane ines jade louna lina zoe juliette alice lucie clara charlotte mathilde anais morgane justine amandine
fanny agnes beatrice cecile claire genevieve nadine josiane bernadette sabine solange therese yvonne fatima fatiha
khadija aicha naima samira nadia malika leila yasmina karima rachida zohra halima mariam mariama aminata fatoumata awa
aissatou kadiatou hawa sofia maria ana rosa elena irina olga svetlana assia hanane houda ikram imane nawal siham souad
myriam meryem nour amina salma hafsa ghislaine gisele raymonde renee marcelle huguette liliane arlette eliane mireille
pascale muriel estelle ludivine noemie margaux romane eva rose anna nina lola mila agathe jeannine blandine angelique
"""

_MEN = """
jean pierre michel andre philippe rene louis alain jacques bernard marcel daniel roger robert paul claude christian
henri georges nicolas francois patrick gerard christophe joseph julien maurice laurent frederic eric david stephane
pascal sebastien alexandre thierry olivier raymond guy dominique vincent gilbert bruno yves didier serge emmanuel
thomas jerome romain maxime kevin anthony antoine guillaume mathieu matthieu clement benjamin cedric fabrice arnaud
gregory sylvain franck ludovic xavier gilles hugo lucas leo gabriel raphael arthur jules adam ethan nathan theo enzo
mathis tom axel valentin baptiste quentin alexis florian dylan jordan jeremy damien fabien mickael michael yannick
francis marc denis luc victor lucien fernand albert emile charles edouard eugene felix leon simon samuel mohamed
mohammed ahmed ali omar youssef ibrahim mamadou moussa abdou abdoulaye ousmane cheikh karim rachid said hassan hussein
mustapha abdel abdelkader abdallah bilal ismael ismail yassine yanis rayan amine hamza khalid mehdi nabil samir sofiane
tarik walid younes ayoub anis bakary boubacar demba ibrahima lamine modibo sekou souleymane antonio jose manuel carlos
luis pedro joao mario giuseppe ivan dimitri sergei andrei mihai igor roland edmond gaston leonce norbert regis remi
tristan gaetan corentin erwan yann loic gael ronan thibault thibaut etienne benoit martin adrien aurelien bastien
"""

FIRST_NAMES = frozenset((_WOMEN + _MEN).split())
